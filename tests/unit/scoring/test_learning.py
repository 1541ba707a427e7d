"""What is learned from and what is tested: days with an embargo between them, by hand."""

from datetime import date

import numpy as np
import pytest

from services.scoring.domain.model_life import Asking, Target
from services.scoring.examples import month_ends
from services.scoring.learning import Unfit, plan, reliability

SINCE = date(2024, 1, 31)


@pytest.mark.parametrize(
    ("until", "target", "learned", "tested"),
    [
        # On 1 July three months had ended after March at the latest: 15 days; a third of the 12
        # that are not under embargo is tested, from December on; August's three months had ended.
        (date(2025, 7, 1), Target.MASS_3, ("2024-01", "2024-08"), ("2024-12", "2025-03")),
        (date(2025, 6, 30), Target.MASS_3, ("2024-01", "2024-08"), ("2024-12", "2025-02")),
        # Six months ended after December: 12 days, two tested, and April's had ended in October.
        (date(2025, 7, 1), Target.LAYOFF_6, ("2024-01", "2024-04"), ("2024-11", "2024-12")),
        # The fewest: one day to learn from, three of embargo, one to test on.
        (date(2024, 9, 1), Target.MASS_3, ("2024-01", "2024-01"), ("2024-05", "2024-05")),
    ],
)
def test_between_what_is_learned_and_what_is_tested_lies_the_horizon(
    until: date, target: Target, learned: tuple[str, str], tested: tuple[str, str]
) -> None:
    found = plan(month_ends(SINCE, until), Asking(target, until, 100))

    def ends(days: tuple[date, ...]) -> tuple[str, str]:
        return f"{days[0]:%Y-%m}", f"{days[-1]:%Y-%m}"

    assert (ends(found.learned), ends(found.tested)) == (learned, tested)
    assert found.cut == found.tested[0]


def test_too_short_a_history_is_told() -> None:
    until = date(2024, 8, 31)
    with pytest.raises(Unfit) as told:
        plan(month_ends(SINCE, until), Asking(Target.MASS_3, until, 100))
    assert (told.value.code, told.value.values) == ("short_history", {"months": 4, "needed": 5})


def test_what_was_said_is_compared_with_what_was_seen() -> None:
    said = np.linspace(0, 1, 20)
    seen = (said > 0.5).astype(np.float64)
    found = reliability(seen, said)
    assert [one["n"] for one in found] == [2] * 10
    assert (found[0]["seen"], found[-1]["seen"]) == (0.0, 1.0)
    assert found[0]["said"] == pytest.approx(0.0263, abs=1e-4)
