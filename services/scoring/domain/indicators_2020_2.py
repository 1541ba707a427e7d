"""The indicators that the edition 2020.2 adds: those of the feeds beside the first ones.

A record of one feed is one witness like any other; what nobody reported is no finding.
"""

from services.scoring.domain.indicators_business import OF_BUSINESS
from services.scoring.domain.indicators_people import OF_PEOPLE

ADDED_2020_2 = (*OF_PEOPLE, *OF_BUSINESS)
