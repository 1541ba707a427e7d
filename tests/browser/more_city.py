"""More enterprises that shed staff, where a test needs some of its own."""

from typing import Any

from stdnum.cn import uscc

from tests.e2e.city import counts, entry, push
from tests.platform import Platform


def warned(platform: Platform, district: str, series: str, number: int) -> list[Any]:
    """Push so many enterprises, with names that are no markup; return their cases once open.

    A quarter of 120 is lost in three months, so each is warned of as yellow.
    """
    roots = [f"91{district}MA{series}{count:04d}" for count in range(number)]
    codes = [root + uscc.calc_check_digit(root) for root in roots]
    register = [
        entry(code, f"北京<b>浏览{series}</b>{place}号有限公司", district)
        for place, code in enumerate(codes)
    ]
    push(platform, "agency-amr", "enterprise_register", register)
    headcounts = [row for code in codes for row in counts(code, 120, 110, 100, 90)]
    push(platform, "agency-hrss", "insured_headcount", headcounts)

    def opened() -> list[Any] | None:
        held = platform.every("city-admin", f"/v1/cases?district={district}")
        ours = {case["uscc"]: case for case in held if case["uscc"] in codes}
        return [ours[code] for code in codes] if len(ours) == number else None

    found = platform.wait(opened, within=60)
    assert found is not None
    return found
