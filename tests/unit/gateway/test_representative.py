"""Who may act for an enterprise."""

from dataclasses import replace

import pytest

from gateway.domain.errors import RepresentativeRefused
from gateway.domain.representative import Representative, RepresentativeDecision, appoint
from shared.events.gateway import RepresentativeChanged

# The example of GB 32100-2015.
USCC = "91350100M000100Y43"
SUN = Representative("firm-1", "孙晓梅", frozenset({USCC}), active=True)


def test_a_new_representative_is_entered_and_told() -> None:
    assert appoint(SUN, None, is_officer=False) == RepresentativeDecision(
        replace(SUN, version=1),
        RepresentativeChanged(
            representative="firm-1", version=1, name="孙晓梅", usccs=(USCC,), active=True
        ),
    )


def test_what_is_the_same_is_not_told_again() -> None:
    known = replace(SUN, version=4)
    assert appoint(SUN, known, is_officer=False) == RepresentativeDecision(known, None)


def test_a_change_is_the_next_version() -> None:
    shut_out = replace(SUN, active=False)
    decided = appoint(shut_out, replace(SUN, version=4), is_officer=False)
    assert decided.representative == replace(shut_out, version=5)
    assert decided.event is not None
    assert (decided.event.version, decided.event.active) == (5, False)


@pytest.mark.parametrize("uscc", ["91350100M000100Y44", "91350100m000100y43", "无", ""])
def test_a_code_that_is_none_is_pointed_at(uscc: str) -> None:
    with pytest.raises(RepresentativeRefused) as refused:
        appoint(replace(SUN, usccs=frozenset({uscc})), None, is_officer=False)
    assert [(fault["pointer"], fault["code"]) for fault in refused.value.errors] == [
        ("/usccs/0", "uscc_refused")
    ]


def test_an_officer_acts_for_no_enterprise() -> None:
    with pytest.raises(RepresentativeRefused) as refused:
        appoint(SUN, None, is_officer=True)
    assert [fault["code"] for fault in refused.value.errors] == ["representative_is_officer"]


def test_whoever_became_an_officer_can_be_let_go_and_not_come_back() -> None:
    known = replace(SUN, version=4)
    let_go = appoint(replace(SUN, active=False), known, is_officer=True)
    assert let_go.representative == replace(SUN, active=False, version=5)
    assert let_go.event is not None
    assert (let_go.event.version, let_go.event.active) == (5, False)
    with pytest.raises(RepresentativeRefused):
        appoint(SUN, let_go.representative, is_officer=True)
