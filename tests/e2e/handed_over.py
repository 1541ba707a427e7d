"""Months that a city hands over when it begins: many enterprises, of whom some come to grief."""

import random
from datetime import date
from typing import Final

from services.scoring.features.months import month_of, months_before
from shared.codes.uscc import check_character
from tests.e2e.city import entry, push
from tests.platform import Platform

DISTRICT: Final = "110118"
_MONTHS: Final = 20
_ENTERPRISES: Final = 160


def a_uscc(number: int) -> str:
    code = f"91110119MA9{number:06d}"
    return code + check_character(code)


def hand_over(platform: Platform, today: date) -> str:
    """Push months that are long over; return somebody who owes for two months at their end.

    Whoever owes for two months loses a third in the next.
    """
    chance = random.Random(5)  # noqa: S311 draws test data, guards nothing
    usccs = [a_uscc(number) for number in range(_ENTERPRISES)]
    push(
        platform,
        "agency-amr",
        "enterprise_register",
        [entry(uscc, f"北京学习第{place}有限公司", DISTRICT) for place, uscc in enumerate(usccs)],
    )
    staff, owed = dict.fromkeys(usccs, 60), dict.fromkeys(usccs, 0)
    for back in range(_MONTHS, 0, -1):
        for place, uscc in enumerate(usccs):
            if owed[uscc] == 2:
                staff[uscc], owed[uscc] = staff[uscc] - staff[uscc] // 3, 0
            elif owed[uscc] or chance.random() < 0.04 or (place == 0 and back <= 2):
                owed[uscc] += 1
            else:
                staff[uscc] += chance.choice((-1, 0, 0, 1))
        month = months_before(month_of(today), back)
        told = push(
            platform,
            "agency-hrss",
            "insured_headcount",
            [
                {
                    "uscc": uscc,
                    "month": month,
                    "insured_headcount": staff[uscc],
                    "months_in_arrears": owed[uscc],
                }
                for uscc in usccs
            ],
        )
        assert told["counts"]["accepted"] == _ENTERPRISES
    return usccs[0]
