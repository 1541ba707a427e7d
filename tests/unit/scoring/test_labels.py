"""What warnings came to, by hand."""

from datetime import date

import pytest

from services.scoring.domain.labels import Label, Told, label

AUGUST = date(2026, 8, 20)
KEPT = (*((f"2026-{month:02}", 100) for month in range(8, 13)), ("2027-01", 99))


def told(
    *months: tuple[str, int],
    headcount: int = 100,
    is_refuted: bool = False,
    outcome: str | None = None,
) -> Told:
    """Say what is known of a warning of August."""
    return Told(AUGUST, headcount, months, is_refuted, outcome)


@pytest.mark.parametrize(
    ("known", "expected", "three", "six"),
    [
        (told(), Label.OPEN, None, None),
        (told(("2026-08", 100)), Label.OPEN, None, None),
        (told(("2026-08", 100), ("2026-09", 90)), Label.LAYOFF, 10, 10),
        (told(("2026-08", 100), ("2026-09", 91)), Label.OPEN, None, None),
        (told(("2026-08", 400), ("2026-10", 380), headcount=400), Label.LAYOFF, 20, 20),
        (told(("2026-08", 400), ("2026-10", 381), headcount=400), Label.OPEN, None, None),
        (told(("2026-08", 100), ("2026-11", 95)), Label.OPEN, 5, None),
        (told(("2026-08", 100), ("2026-11", 95), ("2027-02", 70)), Label.LAYOFF, 5, 30),
        (told(("2026-08", 100), ("2027-02", 95), ("2027-03", 10)), Label.NONE, 0, 5),
        (told(*KEPT, ("2027-02", 99)), Label.NONE, 0, 1),
        (told(*KEPT, ("2027-02", 99), outcome="averted"), Label.AVERTED, 0, 1),
        (told(*KEPT, outcome="averted"), Label.OPEN, 0, None),
        (told(*KEPT, ("2027-02", 99), is_refuted=True), Label.REFUTED, 0, 1),
        (told(("2026-09", 10), outcome="averted"), Label.LAYOFF, 90, 90),
        (told(("2026-09", 110), ("2027-02", 120)), Label.NONE, 0, 0),
        (told(("2026-09", 0), headcount=0), Label.OPEN, None, None),
    ],
)
def test_labels(known: Told, expected: Label, three: int | None, six: int | None) -> None:
    found = label(known)
    assert (found.label, found.lost_in_three_months, found.lost_in_six_months) == (
        expected,
        three,
        six,
    )
