"""What the worker does again and again, and for when it last did."""

from shared.bus.migration import kernel_down_v2, kernel_up_v2

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    kernel_up_v2("matchmaking")


def downgrade() -> None:
    """Drop it: the next worker makes the account anew."""
    kernel_down_v2("matchmaking")
