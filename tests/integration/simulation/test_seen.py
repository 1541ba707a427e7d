"""Visits and what enterprises say for themselves: noisy, never against what can be seen."""

from datetime import date, timedelta

from simulation.world.seen import staff_on
from simulation.world.world import World

DAY = date(2020, 9, 1)


def test_the_same_visit_finds_the_same(city: World) -> None:
    for one in city.enterprises[:50]:
        assert city.visit(one.uscc, DAY, on_site=True) == city.visit(one.uscc, DAY, on_site=True)


def test_a_call_sees_nothing_of_the_place(city: World) -> None:
    for one in city.enterprises[:300]:
        found = city.visit(one.uscc, DAY, on_site=False)
        assert found.staff_present is None
        assert found.equipment_moved is None
        assert found.gathering is None
        assert found.operating is None or found.owner_reachable


def test_where_nobody_is_left_it_is_shut(city: World) -> None:
    left = [one.uscc for one in city.enterprises if staff_on(city.course(one.uscc), DAY) == 0]
    assert len(left) > 50
    for uscc in left:
        found = city.visit(uscc, DAY, on_site=True)
        assert found.operating is False
        assert found.staff_present == 0
        assert not found.owner_reachable


def test_heads_are_counted_with_noise(city: World) -> None:
    ratios = []
    for one in city.enterprises:
        staff = staff_on(city.course(one.uscc), DAY)
        found = city.visit(one.uscc, DAY, on_site=True)
        if staff > 50 and found.operating and found.staff_present is not None:
            ratios.append(found.staff_present / staff)
    assert len(ratios) > 200
    assert 0.97 < sum(ratios) / len(ratios) < 1.03
    assert all(0.7 < ratio < 1.3 for ratio in ratios)


def test_who_has_no_plan_tells_none_and_most_owners_who_have_one_tell_it(city: World) -> None:
    told = planned = 0
    for one in city.enterprises:
        course = city.course(one.uscc)
        for plan in course.plans:
            day = plan.first_on - timedelta(days=7)
            if plan.sudden or not plan.decided_on <= day <= city.last_day or day < city.first_day:
                continue
            found = city.visit(one.uscc, day, on_site=True)
            if found.owner_reachable:
                planned += 1
                told += bool(found.planned_layoffs)
                if found.planned_layoffs:
                    assert found.planned_layoffs <= plan.jobs * 1.1 + 1
        if not course.plans:
            assert not city.visit(one.uscc, DAY, on_site=True).planned_layoffs
    assert planned > 10
    assert 0.4 < told / planned < 0.95


def test_a_firm_in_trouble_asks_for_what_its_payroll_lacks(city: World) -> None:
    asking = [firm for one in city.enterprises if (firm := city.firm(one.uscc, DAY)).wants_loan]
    assert len(asking) > 20
    consenting = sum(firm.consents for firm in asking) / len(asking)
    assert 0.6 < consenting < 0.98
    for firm in asking:
        assert firm.amount >= 10_000
        assert firm.amount % 10_000 == 0
        assert firm.jobs_to_keep == staff_on(city.course(firm.uscc), DAY)
        assert firm.needed_by >= DAY


def test_a_healthy_firm_wants_no_loan(city: World) -> None:
    calm = [one.uscc for one in city.enterprises if city.course(one.uscc).state(26) == "healthy"]
    assert len(calm) > 2_000
    assert not any(city.firm(uscc, DAY).wants_loan for uscc in calm)
