"""Where a row stands in what was sent: in a file by its number, in an archive by file and number.

Both are one number, so that rows stay countable and sortable whatever they came in.
"""

from typing import Final

MOST_MEMBERS: Final = 200
MOST_ROWS: Final = 10_000_000


def place(member: int, row: int) -> int:
    """Return the number of a row of a file of an archive; its files count from 1."""
    return member * MOST_ROWS + row


def member_and_row(number: int) -> tuple[int, int]:
    """Return which file of an archive a number means, and its row; a file that came alone is 0."""
    return divmod(number, MOST_ROWS)
