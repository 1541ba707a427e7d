"""Learned models with their lives, and what the champion says in shadow."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_MODELS = """
CREATE TABLE scoring.models (
    id uuid NOT NULL CONSTRAINT pk_models PRIMARY KEY,
    number integer NOT NULL GENERATED ALWAYS AS IDENTITY,
    state text NOT NULL,
    revision integer NOT NULL,
    target text NOT NULL,
    as_of date NOT NULL,
    sample integer NOT NULL,
    handed_over_until date,
    seed integer NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    taken_at timestamptz,
    attempts smallint NOT NULL DEFAULT 0,
    trained_at timestamptz,
    reason jsonb,
    card jsonb,
    artifact text,
    digest text,
    promoted_by text,
    promoted_at timestamptz,
    retired_by text,
    retired_at timestamptz,
    because text,
    CONSTRAINT ck_models_state_known
        CHECK (state IN ('waiting', 'unfit', 'trained', 'champion', 'retired')),
    CONSTRAINT ck_models_target_known
        CHECK (target IN ('layoff_3', 'layoff_6', 'mass_3', 'mass_6', 'closed_6')),
    CONSTRAINT ck_models_revision_counts CHECK (revision >= 1),
    CONSTRAINT ck_models_sample_counts CHECK (sample >= 1),
    CONSTRAINT ck_models_unfit_with_reason CHECK ((state = 'unfit') = (reason IS NOT NULL)),
    CONSTRAINT ck_models_trained_is_kept CHECK (
        (state IN ('trained', 'champion', 'retired'))
        = (artifact IS NOT NULL AND digest IS NOT NULL AND card IS NOT NULL
           AND trained_at IS NOT NULL)
    ),
    CONSTRAINT ck_models_promotion_signed
        CHECK ((promoted_by IS NULL) = (promoted_at IS NULL)),
    CONSTRAINT ck_models_champion_by_somebody
        CHECK (state <> 'champion' OR promoted_by IS NOT NULL),
    CONSTRAINT ck_models_promoted_by_another
        CHECK (promoted_by IS NULL OR promoted_by <> asked_by),
    CONSTRAINT ck_models_retired_with_reason CHECK (
        (state = 'retired') = (retired_by IS NOT NULL)
        AND (state = 'retired') = (retired_at IS NOT NULL)
        AND (state = 'retired') = (because IS NOT NULL)
    )
)
"""
_LEARNED = """
CREATE TABLE scoring.learned (
    uscc text NOT NULL,
    as_of date NOT NULL,
    model integer NOT NULL
        CONSTRAINT fk_learned_model_models REFERENCES scoring.models (number),
    likelihood double precision NOT NULL,
    low double precision NOT NULL,
    high double precision NOT NULL,
    CONSTRAINT pk_learned PRIMARY KEY (uscc, as_of),
    CONSTRAINT ck_learned_likelihood_within_its_interval CHECK (
        0 <= low AND low <= likelihood AND likelihood <= high AND high <= 1
    )
)
"""


def upgrade() -> None:
    """Create the tables; parts of full judgements say whose likelihood they hold."""
    op.execute(_MODELS)
    op.execute("CREATE UNIQUE INDEX uq_models_number ON scoring.models (number)")
    op.execute(
        "CREATE UNIQUE INDEX uq_models_one_champion ON scoring.models (state)"
        " WHERE state = 'champion'"
    )
    op.execute("CREATE INDEX ix_models_waiting ON scoring.models (id) WHERE state = 'waiting'")
    op.execute(_LEARNED)
    op.execute("ALTER TABLE scoring.rejudgement_parts ADD COLUMN model integer")
    # A model is retired, never taken out: what it said names it.
    op.execute(
        "REVOKE DELETE ON scoring.models, scoring.learned"
        " FROM wengang_scoring_api, wengang_scoring_worker"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("ALTER TABLE scoring.rejudgement_parts DROP COLUMN model")
    op.execute("DROP TABLE scoring.learned")
    op.execute("DROP TABLE scoring.models")
