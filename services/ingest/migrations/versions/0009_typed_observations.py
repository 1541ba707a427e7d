"""Observations in typed columns, a table per feed, instead of JSON in one for all."""

from collections.abc import Mapping
from typing import Final

from alembic import op

from services.ingest.migrations.observations import create_observations_v1, drop_observations_v1

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_MONEY: Final = "numeric(20, 2)"
_HEADCOUNT: Final = {
    "insured_headcount": "integer",
    "months_in_arrears": "integer",
    "joined": "integer",
    '"left"': "integer",
    "contribution_base_average": _MONEY,
    "due": _MONEY,
    "paid": _MONEY,
}
_LAYOFFS: Final = {
    "planned_layoffs": "integer",
    "headcount": "integer",
    "layoff_on": "date",
    "ground": "text",
}
_MONTH: Final = ("o.period || '-01'", "to_char(o.period, 'YYYY-MM')")
_DAY: Final = ("o.period", "o.period::text")

_OLD = (
    """
    CREATE TABLE ingest.observations (
        feed text NOT NULL,
        enterprise_id bigint NOT NULL
            CONSTRAINT fk_observations_enterprise_id_enterprises
            REFERENCES ingest.enterprises (id),
        period text COLLATE "C" NOT NULL,
        version integer NOT NULL CONSTRAINT ck_observations_version CHECK (version >= 1),
        operation text NOT NULL,
        content jsonb NOT NULL,
        received_at timestamptz NOT NULL,
        import_id uuid NOT NULL
            CONSTRAINT fk_observations_import_id_imports REFERENCES ingest.imports (id),
        CONSTRAINT pk_observations PRIMARY KEY (feed, enterprise_id, period, version),
        CONSTRAINT ck_observations_operation CHECK ((version = 1) = (operation = 'record'))
    )
    """,
    """
    REVOKE UPDATE, DELETE ON ingest.observations FROM wengang_ingest_api, wengang_ingest_worker
    """,
)


def upgrade() -> None:
    """Number the imports, and move every observation into the table of its feed."""
    op.execute(
        """
        ALTER TABLE ingest.imports
            ADD COLUMN no integer GENERATED ALWAYS AS IDENTITY CONSTRAINT uq_imports_no UNIQUE
        """
    )
    create_observations_v1("insured_headcount", period="date", **_HEADCOUNT)
    create_observations_v1("layoff_report", period="date", **_LAYOFFS)
    _move("insured_headcount", _MONTH[0], _HEADCOUNT)
    _move("layoff_report", _DAY[0], _LAYOFFS)
    op.execute("DROP TABLE ingest.observations")


def downgrade() -> None:
    """Move every observation back; imports lose their numbers."""
    for statement in _OLD:
        op.execute(statement)
    _move_back("insured_headcount", _MONTH[1], _HEADCOUNT)
    _move_back("layoff_report", _DAY[1], _LAYOFFS)
    drop_observations_v1("layoff_report")
    drop_observations_v1("insured_headcount")
    op.execute("ALTER TABLE ingest.imports DROP COLUMN no")


def _move(feed: str, period: str, columns: Mapping[str, str]) -> None:
    read = "".join(f", (o.content ->> '{_bare(name)}')::{kind}" for name, kind in columns.items())
    op.execute(
        f"""
        INSERT INTO ingest.observations_{feed}
            (enterprise_id, period, import_no, version, withdrawn, {", ".join(columns)})
        SELECT o.enterprise_id::integer, ({period})::date, i.no, o.version, false{read}
        FROM ingest.observations o JOIN ingest.imports i ON i.id = o.import_id
        WHERE o.feed = '{feed}'
        ORDER BY o.period, o.enterprise_id, o.version
        """  # noqa: S608  names of this module
    )


def _move_back(feed: str, period: str, columns: Mapping[str, str]) -> None:
    # Money and days are text in JSON, whole numbers are numbers.
    written = ", ".join(
        f"'{_bare(name)}', o.{name}{'' if kind == 'integer' else '::text'}"
        for name, kind in columns.items()
    )
    op.execute(
        f"""
        INSERT INTO ingest.observations
        SELECT '{feed}', o.enterprise_id, {period}, o.version,
            CASE o.version WHEN 1 THEN 'record' ELSE 'supersede' END,
            jsonb_strip_nulls(jsonb_build_object({written})), i.received_at, i.id
        FROM ingest.observations_{feed} o JOIN ingest.imports i ON i.no = o.import_no
        """  # noqa: S608  names of this module
    )


def _bare(name: str) -> str:
    return name.strip('"')
