"""Bodies of facts are kept uncompressed: bulk facts come by the hundred megabytes."""

from shared.bus.migration import kernel_down_v3, kernel_up_v3

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep them as they are."""
    kernel_up_v3("ingest")


def downgrade() -> None:
    """Let them be compressed."""
    kernel_down_v3("ingest")
