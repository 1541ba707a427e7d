"""Alerts of areas, and the large losses that they are counted from."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.execute(
        """
        CREATE TABLE scoring.large_losses (
            month text COLLATE "C" NOT NULL,
            uscc text COLLATE "C" NOT NULL,
            base bigint NOT NULL,
            persons bigint NOT NULL,
            CONSTRAINT pk_large_losses PRIMARY KEY (month, uscc),
            CONSTRAINT ck_large_losses_lost_from_base CHECK (persons > 0 AND base >= persons)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE scoring.area_alerts (
            id uuid NOT NULL,
            district text COLLATE "C" NOT NULL,
            month text COLLATE "C" NOT NULL,
            version integer NOT NULL,
            rule text COLLATE "C" NOT NULL,
            raised_at timestamptz NOT NULL,
            raised_on date NOT NULL,
            changed_at timestamptz NOT NULL,
            is_standing boolean NOT NULL,
            members jsonb NOT NULL,
            CONSTRAINT pk_area_alerts PRIMARY KEY (id),
            CONSTRAINT uq_area_alerts_district_month UNIQUE (district, month),
            CONSTRAINT ck_area_alerts_version_counts CHECK (version >= 1),
            CONSTRAINT ck_area_alerts_members_are_a_list CHECK (jsonb_typeof(members) = 'array')
        )
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE scoring.area_alerts")
    op.execute("DROP TABLE scoring.large_losses")
