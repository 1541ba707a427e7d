"""Rule sets as data, with their lives, and their trials on history."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; the built-in editions are written by whoever reads the rules first."""
    op.execute(
        """
        CREATE TABLE scoring.rule_sets (
            version text NOT NULL CONSTRAINT pk_rule_sets PRIMARY KEY,
            state text NOT NULL,
            effective_from date NOT NULL,
            document jsonb NOT NULL,
            digest text NOT NULL,
            revision integer NOT NULL,
            is_built_in boolean NOT NULL,
            edited_by text NOT NULL,
            edited_at timestamptz NOT NULL,
            proposed_by text,
            proposed_at timestamptz,
            approved_by text,
            approved_at timestamptz,
            withdrawn_by text,
            withdrawn_at timestamptz,
            because text,
            CONSTRAINT ck_rule_sets_state_known
                CHECK (state IN ('draft', 'tried', 'proposed', 'approved', 'withdrawn')),
            CONSTRAINT ck_rule_sets_revision_counts CHECK (revision >= 1),
            CONSTRAINT ck_rule_sets_proposal_signed
                CHECK ((proposed_by IS NULL) = (proposed_at IS NULL)),
            CONSTRAINT ck_rule_sets_approval_signed
                CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
            CONSTRAINT ck_rule_sets_draft_is_not_proposed
                CHECK (state NOT IN ('draft', 'tried') OR proposed_by IS NULL),
            CONSTRAINT ck_rule_sets_proposed_by_somebody CHECK (
                is_built_in OR state NOT IN ('proposed', 'approved') OR proposed_by IS NOT NULL
            ),
            CONSTRAINT ck_rule_sets_approved_by_somebody
                CHECK (is_built_in OR state <> 'approved' OR approved_by IS NOT NULL),
            CONSTRAINT ck_rule_sets_approved_by_another CHECK (
                approved_by IS NULL OR (approved_by <> edited_by AND approved_by <> proposed_by)
            ),
            CONSTRAINT ck_rule_sets_built_in_holds CHECK (NOT is_built_in OR state = 'approved'),
            CONSTRAINT ck_rule_sets_withdrawn_with_reason CHECK (
                (state = 'withdrawn') = (withdrawn_at IS NOT NULL)
                AND (state = 'withdrawn') = (withdrawn_by IS NOT NULL)
                AND (state = 'withdrawn') = (because IS NOT NULL)
            )
        )
        """
    )
    op.execute(
        "CREATE UNIQUE INDEX uq_rule_sets_one_a_day ON scoring.rule_sets (effective_from)"
        " WHERE state = 'approved' AND NOT is_built_in"
    )
    op.execute(
        """
        CREATE TABLE scoring.rule_trials (
            id uuid NOT NULL CONSTRAINT pk_rule_trials PRIMARY KEY,
            version text NOT NULL CONSTRAINT fk_rule_trials_version_rule_sets
                REFERENCES scoring.rule_sets (version),
            digest text NOT NULL,
            document jsonb NOT NULL,
            since date NOT NULL,
            until date NOT NULL,
            sample integer,
            asked_by text NOT NULL,
            asked_at timestamptz NOT NULL,
            ended_at timestamptz,
            reached text NOT NULL DEFAULT '',
            judged integer NOT NULL DEFAULT 0,
            up integer NOT NULL DEFAULT 0,
            down integer NOT NULL DEFAULT 0,
            warned_before integer NOT NULL DEFAULT 0,
            warned_after integer NOT NULL DEFAULT 0,
            moves jsonb NOT NULL DEFAULT '[]',
            examples jsonb NOT NULL DEFAULT '[]',
            CONSTRAINT ck_rule_trials_period_runs_forward CHECK (since <= until),
            CONSTRAINT ck_rule_trials_sample_counts CHECK (sample IS NULL OR sample >= 1),
            CONSTRAINT ck_rule_trials_moves_counted
                CHECK (up >= 0 AND down >= 0 AND up + down <= judged)
        )
        """
    )
    op.execute("CREATE INDEX ix_rule_trials_version ON scoring.rule_trials (version, id)")
    op.execute(
        "CREATE INDEX ix_rule_trials_waiting ON scoring.rule_trials (id) WHERE ended_at IS NULL"
    )
    # A rule set is given up, never taken out: days were judged by it, and trials speak of it.
    op.execute(
        "REVOKE DELETE ON scoring.rule_sets, scoring.rule_trials"
        " FROM wengang_scoring_api, wengang_scoring_worker"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE scoring.rule_trials")
    op.execute("DROP TABLE scoring.rule_sets")
