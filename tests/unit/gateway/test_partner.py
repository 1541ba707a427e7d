"""Who may be a partner, and which districts an officer sees."""

from dataclasses import replace

import pytest

from gateway.domain.errors import PartnerRefused
from gateway.domain.partner import Partner, PartnerDecision, admit
from gateway.domain.scope import districts_of
from shared.events.gateway import PartnerChanged, PartnerKind

HRSS = Partner(
    client_id="agency-hrss",
    kind=PartnerKind.AGENCY,
    name="人力资源和社会保障局",
    feeds=frozenset({"insured_headcount"}),
    active=True,
)
BANK = Partner("bank-a", PartnerKind.BANK, "甲银行", frozenset(), active=True)

SEVENTEEN = {
    "110101", "110102", "110105", "110106", "110107", "110108", "110109", "110111", "110112",
    "110113", "110114", "110115", "110116", "110117", "110118", "110119", "1101K1",
}  # fmt: skip


def test_a_new_partner_is_admitted_and_told() -> None:
    assert admit(HRSS, None) == PartnerDecision(
        replace(HRSS, version=1),
        PartnerChanged(
            client_id="agency-hrss",
            version=1,
            kind=PartnerKind.AGENCY,
            name="人力资源和社会保障局",
            feeds=("insured_headcount",),
            active=True,
        ),
    )


def test_the_same_again_changes_nothing() -> None:
    known = replace(HRSS, version=4)
    assert admit(HRSS, known) == PartnerDecision(known, None)


def test_shutting_out_is_a_change() -> None:
    decision = admit(replace(BANK, active=False), replace(BANK, version=2))
    assert decision.partner == replace(BANK, active=False, version=3)
    assert decision.event is not None
    assert not decision.event.active


@pytest.mark.parametrize(
    ("wanted", "known", "code"),
    [
        (replace(BANK, feeds=frozenset({"insured_headcount"})), None, "feeds_for_bank"),
        (replace(HRSS, feeds=frozenset()), None, "feeds_needed"),
        (BANK, replace(HRSS, client_id="bank-a", version=1), "kind_fixed"),
    ],
)
def test_what_cannot_be_is_refused(wanted: Partner, known: Partner | None, code: str) -> None:
    with pytest.raises(PartnerRefused) as refused:
        admit(wanted, known)
    assert [fault["code"] for fault in refused.value.errors] == [code]


@pytest.mark.parametrize(
    ("roles", "districts", "seen"),
    [
        (("city_admin",), (), SEVENTEEN),
        (("city_analyst",), (), SEVENTEEN),
        (("auditor",), (), SEVENTEEN),
        (("district_officer",), ("110105",), {"110105"}),
        (("district_lead",), ("110105", "1101K1"), {"110105", "1101K1"}),
        # An auditor's office does not widen a district's role.
        (("auditor", "district_officer"), ("110105",), {"110105"}),
        (("city_admin", "district_lead"), ("110105",), SEVENTEEN),
        ((), (), set()),
        (("a role of tomorrow",), (), set()),
        (("district_officer",), ("110105", "310101"), {"110105"}),
    ],
)
def test_which_districts_somebody_sees(
    roles: tuple[str, ...], districts: tuple[str, ...], seen: set[str]
) -> None:
    assert districts_of(roles, districts) == seen
