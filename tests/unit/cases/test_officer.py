"""The directory of officers: what may be said of one, and when it is told."""

from dataclasses import replace

import pytest

from services.cases.domain.asked import Department
from services.cases.domain.errors import LastAdministrator, OfficerRefused
from services.cases.domain.officer import Officer, Role, appoint, keep_an_administrator
from shared.auth import identity
from shared.events.cases import OfficerChanged

ZHANG = Officer(
    "zhang", "张敏", frozenset({Role.DISTRICT_OFFICER}), frozenset({"110105"}), active=True
)


def test_a_new_officer_is_told() -> None:
    decision = appoint(ZHANG, None)

    assert decision.officer == replace(ZHANG, version=1)
    assert decision.event == OfficerChanged(
        officer="zhang",
        version=1,
        name="张敏",
        roles=("district_officer",),
        districts=("110105",),
        active=True,
    )


def test_what_is_known_already_is_not_told_again() -> None:
    known = replace(ZHANG, version=4)

    decision = appoint(ZHANG, known)

    assert (decision.officer, decision.event) == (known, None)


def test_a_change_is_told_with_the_next_version() -> None:
    decision = appoint(replace(ZHANG, active=False), replace(ZHANG, version=4))

    assert decision.officer.version == 5
    assert decision.event is not None
    assert (decision.event.version, decision.event.active) == (5, False)


@pytest.mark.parametrize(
    ("roles", "districts", "faults"),
    [
        ({Role.DISTRICT_LEAD}, set(), ["districts_needed"]),
        ({Role.CITY_ADMIN}, {"110105"}, ["districts_for_city_role"]),
        ({Role.DISTRICT_OFFICER}, {"310101", "110105"}, ["district_unknown"]),
        ({Role.DISTRICT_OFFICER}, {"110228"}, ["district_unknown"]),
        ({Role.ASSISTING_DEPARTMENT}, set(), ["department_needed"]),
    ],
)
def test_roles_and_districts_must_go_together(
    roles: set[Role], districts: set[str], faults: list[str]
) -> None:
    wanted = replace(ZHANG, roles=frozenset(roles), districts=frozenset(districts))

    with pytest.raises(OfficerRefused) as refused:
        appoint(wanted, None)

    assert [fault["code"] for fault in refused.value.errors] == faults


@pytest.mark.parametrize(
    ("roles", "districts"),
    [
        ({Role.CITY_ADMIN}, set()),
        ({Role.AUDITOR}, set()),
        ({Role.CITY_ANALYST, Role.DISTRICT_LEAD}, {"1101K1", "110101"}),
    ],
)
def test_city_roles_have_no_district_and_districts_may_be_several(
    roles: set[Role], districts: set[str]
) -> None:
    wanted = replace(ZHANG, roles=frozenset(roles), districts=frozenset(districts))

    assert appoint(wanted, None).officer.districts == districts


PENG = Officer(
    "peng",
    "彭海",
    frozenset({Role.ASSISTING_DEPARTMENT}),
    frozenset(),
    active=True,
    department=Department.TAXATION,
)


@pytest.mark.parametrize("districts", [frozenset(), frozenset({"110105"})])
def test_a_department_assists_the_city_or_its_districts(districts: frozenset[str]) -> None:
    decision = appoint(replace(PENG, districts=districts), None)

    assert decision.officer.department is Department.TAXATION
    assert decision.event is not None
    assert decision.event.roles == ("assisting_department",)


@pytest.mark.parametrize(
    ("wanted", "faults"),
    [
        (replace(ZHANG, department=Department.COURT), ["department_for_other_role"]),
        (replace(PENG, roles=PENG.roles | {Role.CITY_ADMIN}), ["department_alone"]),
        (replace(PENG, districts=frozenset({"310101"})), ["district_unknown"]),
    ],
)
def test_who_assists_has_a_department_and_nothing_else(wanted: Officer, faults: list[str]) -> None:
    with pytest.raises(OfficerRefused) as refused:
        appoint(wanted, None)

    assert [fault["code"] for fault in refused.value.errors] == faults


def test_another_department_is_a_change() -> None:
    decision = appoint(replace(PENG, department=Department.COURT), replace(PENG, version=2))

    assert decision.officer.version == 3
    assert decision.event is not None


def test_the_roles_are_those_that_the_gateway_signs() -> None:
    assert {role.value for role in Role} == {role.value for role in identity.Role}


WANG = Officer("wang", "王伟", frozenset({Role.CITY_ADMIN}), frozenset(), active=True)
LEFT = replace(WANG, active=False)
DEMOTED = replace(WANG, roles=frozenset({Role.AUDITOR}))
SUN = replace(WANG, subject="sun")


@pytest.mark.parametrize("wanted", [[LEFT], [DEMOTED], [SUN, replace(SUN, active=False), LEFT]])
def test_the_last_administrator_stays(wanted: list[Officer]) -> None:
    with pytest.raises(LastAdministrator) as refused:
        keep_an_administrator(frozenset({"wang"}), wanted)

    assert refused.value.subject == "wang"


@pytest.mark.parametrize(
    ("administrators", "wanted"),
    [
        ({"wang", "sun"}, [LEFT]),
        ({"wang"}, [LEFT, SUN]),
        ({"wang"}, [WANG, ZHANG]),
        (set(), [LEFT, ZHANG]),
    ],
)
def test_an_administrator_goes_where_another_one_is(
    administrators: set[str], wanted: list[Officer]
) -> None:
    keep_an_administrator(frozenset(administrators), wanted)
