"""What the README shows is there for who follows it."""

import re
from pathlib import Path

from shared.codes.uscc import check_uscc
from simulation.world.world import World

README = Path(__file__).parents[3] / "README.md"


def test_every_credit_code_of_the_readme_is_in_the_city_that_it_makes(city: World) -> None:
    codes = set(re.findall(r"\b91[0-9A-Z]{16}\b", README.read_text("utf-8")))
    # As `simulate` makes it if nobody says another seed; the smaller one of `demo` begins alike.
    there = {check_uscc(firm.uscc) for firm in city.enterprises[:50] if not firm.gone}
    assert codes
    assert codes <= there
