"""Which terms are refused, where, and why; and the one spelling of those that are not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.matchmaking.domain.errors import TermsRefused
from services.matchmaking.domain.rules import settle
from services.matchmaking.domain.terms import GuaranteeKind, PolicyTag
from shared.codes.size_classes import SizeClass
from shared.messages import Language, fields
from tests.unit.matchmaking.offers import terms

REFUSED: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no money": ({"amount_min": Decimal(0)}, [("/amount_min", "must_exceed")]),
    "amounts descend": ({"amount_max": Decimal("99999.99")}, [("/amount_max", "too_small")]),
    "quota below one loan": ({"quota": Decimal("4999999.99")}, [("/quota", "too_small")]),
    "no month": ({"tenor_min_months": 0}, [("/tenor_min_months", "too_small")]),
    "tenors descend": ({"tenor_max_months": 2}, [("/tenor_max_months", "too_small")]),
    "over thirty years": ({"tenor_max_months": 361}, [("/tenor_max_months", "too_large")]),
    "free": ({"annual_rate_percent": Decimal(0)}, [("/annual_rate_percent", "must_exceed")]),
    "usury": (
        {"annual_rate_percent": Decimal("24.0001")},
        [("/annual_rate_percent", "too_large")],
    ),
    "period descends": ({"valid_until": date(2020, 6, 30)}, [("/valid_until", "date_too_early")]),
    "no size of the law": (
        {"borrower_sizes": (SizeClass.MICRO, SizeClass.UNKNOWN)},
        [("/borrower_sizes/1", "not_allowed")],
    ),
    "no such industry": (
        {"industries": ("65", "6599X", "C65")},  # 65 is of section I
        [("/industries/1", "industry_unknown"), ("/industries/2", "industry_unknown")],
    ),
    "a district of the past": (
        {"districts": ("110105", "110103", "110000")},
        [("/districts/1", "district_unknown"), ("/districts/2", "district_unknown")],
    ),
    "job retention: dear and large": (
        {
            "policy_tag": PolicyTag.JOB_RETENTION_LOAN,
            "annual_rate_percent": Decimal("4.0001"),
            "amount_max": Decimal("50000000.01"),
        },
        [("/amount_max", "beyond_policy"), ("/annual_rate_percent", "beyond_policy")],
    ),
    "start-up: large, long, for medium firms": (
        {
            "policy_tag": PolicyTag.STARTUP_GUARANTEED_LOAN,
            "borrower_sizes": (SizeClass.MEDIUM,),
            "amount_max": Decimal("4000000.01"),
            "tenor_max_months": 25,
        },
        [
            ("/amount_max", "beyond_policy"),
            ("/tenor_max_months", "beyond_policy"),
            ("/borrower_sizes/0", "not_allowed"),
        ],
    ),
    "all at once": (
        {"amount_min": Decimal(-1), "valid_until": date(2019, 1, 1), "districts": ("x",)},
        [
            ("/amount_min", "must_exceed"),
            ("/valid_until", "date_too_early"),
            ("/districts/0", "district_unknown"),
        ],
    ),
}


@pytest.mark.parametrize(("changed", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_faulty_terms_are_refused_at_the_place(
    changed: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(TermsRefused) as refused:
        settle(terms(**changed))

    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == expected
    assert refused.value.values == {"count": len(expected)}
    for fault in refused.value.errors:
        assert fields(f"validation.{fault['code']}", Language.EN) <= set(fault["values"])


ACCEPTED: dict[str, dict[str, Any]] = {
    "as they are": {},
    "one amount, one tenor, one day": {
        "amount_max": Decimal("100000.00"),
        "quota": Decimal("100000.00"),
        "tenor_max_months": 3,
        "valid_until": date(2020, 7, 1),
    },
    "every industry and district": {"industries": (), "districts": ()},
    "the highest lawful rate": {"annual_rate_percent": Decimal("24.0000")},
    "job retention at its bounds": {
        "policy_tag": PolicyTag.JOB_RETENTION_LOAN,
        "annual_rate_percent": Decimal("4.0000"),
        "amount_max": Decimal("50000000.00"),
    },
    "start-up at its bounds": {
        "policy_tag": PolicyTag.STARTUP_GUARANTEED_LOAN,
        "amount_max": Decimal("4000000.00"),
        "tenor_max_months": 24,
    },
    "relending": {"policy_tag": PolicyTag.RELENDING},
}


@pytest.mark.parametrize("changed", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_sound_terms_are_kept(changed: dict[str, Any]) -> None:
    settled = settle(terms(**changed))

    assert settled.amount_max == terms(**changed).amount_max
    assert settled.policy_tag == terms(**changed).policy_tag


def test_terms_have_one_spelling() -> None:
    settled = settle(
        terms(
            borrower_sizes=(SizeClass.SMALL, SizeClass.MICRO, SizeClass.SMALL),
            industries=("I65", "I", "65"),
            districts=("1101K1", "110105", "110105"),
            guarantees=(GuaranteeKind.SURETY, GuaranteeKind.CREDIT, GuaranteeKind.SURETY),
            amount_min=Decimal("1E+5"),
            annual_rate_percent=Decimal("3.85"),
        )
    )

    assert settled.borrower_sizes == (SizeClass.MICRO, SizeClass.SMALL)
    assert settled.industries == ("65", "I")
    assert settled.districts == ("110105", "1101K1")
    assert settled.guarantees == (GuaranteeKind.CREDIT, GuaranteeKind.SURETY)
    assert str(settled.amount_min) == "100000.00"
    assert str(settled.annual_rate_percent) == "3.8500"
