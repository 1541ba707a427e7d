"""The editions of the rules, by the day from which each is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from services.scoring.domain.editions_2020_1 import RULES_2020_1
from services.scoring.domain.editions_2020_2 import RULES_2020_2
from services.scoring.domain.editions_2020_3 import RULES_2020_3
from services.scoring.domain.editions_2020_4 import RULES_2020_4
from services.scoring.domain.editions_2020_5 import RULES_2020_5
from services.scoring.domain.rules import RuleSet

# By date, the newest first.
RULE_SETS = (RULES_2020_5, RULES_2020_4, RULES_2020_3, RULES_2020_2, RULES_2020_1)


@dataclass(frozen=True, slots=True)
class Editions:
    """The rule sets that hold, each from its day until that of the next; the newest first."""

    rule_sets: tuple[RuleSet, ...]

    @classmethod
    def of(cls, rule_sets: Iterable[RuleSet]) -> Self:
        """Order the rule sets; of two from the same day the first given holds."""
        return cls(tuple(sorted(rule_sets, key=lambda rules: rules.effective_from, reverse=True)))

    def on(self, day: date) -> RuleSet:
        """Return the rules in force; a day before all of them is judged by the first ones."""
        in_force = (rules for rules in self.rule_sets if rules.effective_from <= day)
        return next(in_force, self.rule_sets[-1])


# Those that come with the platform; cities add their own (`store/rule_sets.py`).
BUILT_IN = Editions.of(RULE_SETS)
