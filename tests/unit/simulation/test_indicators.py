"""Single indicators on what agencies push."""

from datetime import date

from simulation.demo.indicators import Watch, best
from simulation.world.records import Feed, Push

DAY = date(2020, 8, 14)


def heads(*numbers: tuple[str, int], arrears: int = 0) -> Push:
    """Push headcounts of one enterprise."""
    records = [
        {
            "uscc": "u",
            "month": month,
            "insured_headcount": number,
            "months_in_arrears": arrears,
        }
        for month, number in numbers
    ]
    return Push("agency-hrss", Feed.HEADCOUNT, records)


def test_falls_are_seen_from_the_months_that_are_known() -> None:
    watch = Watch()
    watch.see(heads(("2020-05", 120), ("2020-06", 110)), None)
    watch.see(heads(("2020-07", 101)), DAY)
    assert watch.alarms["monthly_fall"] == {}  # 8.2 per cent
    assert watch.alarms["three_month_fall"] == {"u": DAY}  # 19 of 120 is more than a tenth
    watch.see(heads(("2020-08", 90)), date(2020, 9, 14))
    assert watch.alarms["monthly_fall"] == {"u": date(2020, 9, 14)}


def test_of_few_staff_one_or_two_who_leave_say_nothing() -> None:
    watch = Watch()
    watch.see(heads(("2020-06", 8)), None)
    watch.see(heads(("2020-07", 6)), DAY)
    assert watch.alarms["monthly_fall"] == watch.alarms["three_month_fall"] == {}
    watch.see(heads(("2020-08", 3)), date(2020, 9, 14))
    assert watch.alarms["monthly_fall"] == {"u": date(2020, 9, 14)}


def test_what_was_known_before_the_window_raises_no_alarm() -> None:
    watch = Watch()
    watch.see(heads(("2020-05", 100), ("2020-06", 50), arrears=3), None)
    assert all(not alarms for alarms in watch.alarms.values())
    watch.see(heads(("2020-07", 50), arrears=4), DAY)
    assert watch.alarms["arrears"] == {"u": DAY}


def test_three_bad_texts_in_a_week_are_needed() -> None:
    watch = Watch()
    watch.see(Push("agency-amr", Feed.REGISTER, [{"name": "北京甲有限公司", "uscc": "u"}]), None)
    said = [{"text": "北京甲有限公司裁员"}, {"text": "北京甲有限公司招聘"}]
    for day in (10, 12, 18):
        watch.see(Push("agency-opinion", Feed.OPINION, said), date(2020, 8, day))
    assert watch.alarms["bad_texts"] == {}  # the first of the three lies eight days back
    watch.see(Push("agency-opinion", Feed.OPINION, said), date(2020, 8, 18))
    assert watch.alarms["bad_texts"] == {"u": date(2020, 8, 18)}


def test_a_report_is_an_alarm() -> None:
    watch = Watch()
    watch.see(Push("agency-hrss", Feed.REPORT, [{"uscc": "u"}]), DAY)
    assert watch.alarms["layoff_report"] == {"u": DAY}


def test_of_equals_the_first_by_name_is_best() -> None:
    assert best({"b": {}, "a": {}, "c": {}}, {"a": 0.4, "b": 0.4, "c": 0.1}) == "a"
