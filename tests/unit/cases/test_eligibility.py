"""Who may have which service, by hand from domain.md §2.3."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from services.cases.domain.catalogue import POLICIES, Condition
from services.cases.domain.codes import Service
from services.cases.domain.eligibility import PolicyFinding, Verdict, judge, judge_all
from services.cases.domain.months import shifted
from services.cases.domain.record import Month, Record, is_statutory
from services.cases.schemas.services import PolicyFindingRead
from shared.messages import Language, catalogue

DAY = date(2020, 8, 3)
YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN


def of(record: Record, service: Service, code: str, day: date = DAY) -> PolicyFinding:
    (found,) = (each for each in judge(service, record, day).findings if each.policy.code == code)
    return found


def yearly(**insured: int) -> Record:
    """Return a record of the ends of years: yearly(y2018=100, y2019=95)."""
    return Record({f"{year[1:]}-12": Month(count, 0) for year, count in insured.items()})


REFUND = "job_retention_refund"
RELIEF = Service.SOCIAL_INSURANCE_RELIEF


@pytest.mark.parametrize(
    ("record", "day", "verdict", "rate"),
    [
        # 100 to 95 is 5 %, below 5.5.
        (yearly(y2018=100, y2019=95), DAY, YES, "5.00"),
        (yearly(y2018=1000, y2019=945), DAY, YES, "5.50"),
        (yearly(y2018=1000, y2019=944), DAY, NO, "5.60"),
        # The round of 2021 reads the target of 2020: 6 %.
        (yearly(y2019=1000, y2020=944), date(2021, 8, 3), YES, "5.60"),
        # Up to thirty insured pass at a fifth: 20 to 15 is a quarter, 30 to 24 a fifth.
        (yearly(y2018=20, y2019=15), DAY, NO, "25.00"),
        (yearly(y2018=30, y2019=24), DAY, YES, "20.00"),
        (yearly(y2018=31, y2019=25), DAY, NO, "19.35"),
        # Who grew has a negative rate.
        (yearly(y2018=100, y2019=110), DAY, YES, "-10.00"),
    ],
)
def test_the_layoff_rate_of_a_round(record: Record, day: date, verdict: Verdict, rate: str) -> None:
    reasons = {each.condition: each for each in of(record, RELIEF, REFUND, day).reasons}

    assert reasons[Condition.LAYOFF_RATE].verdict is verdict
    assert reasons[Condition.LAYOFF_RATE].values["rate"] == Decimal(rate)


@pytest.mark.parametrize(
    ("last", "chinese", "english"),
    [
        (95, "裁员率 5.00%，不高于 5.5%", "a layoff rate of 5.00 %, not over 5.5 %"),
        (100, "裁员率 0.00%，不高于 5.5%", "a layoff rate of 0.00 %, not over 5.5 %"),
        (110, "的 110 人，没有减少", "to 110 (2019-12): none were lost"),
    ],
)
def test_who_grew_is_told_of_no_negative_loss(last: int, chinese: str, english: str) -> None:
    found = of(yearly(y2018=100, y2019=last), RELIEF, REFUND)
    for language, said in ((Language.ZH_CN, chinese), (Language.EN, english)):
        told = {one.condition: one for one in PolicyFindingRead.of(found, language).reasons}
        assert told[Condition.LAYOFF_RATE].sentence.endswith(said)


@pytest.mark.parametrize("record", [Record(), yearly(y2018=100), yearly(y2018=0, y2019=0)])
def test_what_is_not_known_is_said_to_be_unknown(record: Record) -> None:
    reasons = {each.condition: each for each in of(record, RELIEF, REFUND).reasons}

    assert reasons[Condition.LAYOFF_RATE].verdict is UNKNOWN


@pytest.mark.parametrize(
    ("industry", "insured", "verdict"),
    [
        ("6513", 299, YES),  # software: large from 300 staff, if revenue agrees
        ("6513", 300, UNKNOWN),
        ("8211", 299, YES),  # education is sized by staff alone
        ("8211", 300, NO),
        ("6620", 10, UNKNOWN),  # banks have a rule of their own
        ("9999", 10, UNKNOWN),  # no such industry
        (None, 10, UNKNOWN),
    ],
)
def test_whether_it_is_large_by_staff_where_revenue_is_not_known(
    industry: str | None, insured: int, verdict: Verdict
) -> None:
    record = Record({"2020-07": Month(insured, 0)}, industry)

    found = of(record, RELIEF, "premium_exemption")

    assert found.reasons[1].condition is Condition.NOT_LARGE
    assert (found.reasons[1].verdict, found.verdict) == (verdict, verdict)


@pytest.mark.parametrize(
    ("insured", "verdict"),
    [(None, UNKNOWN), (0, NO), (1, YES)],
)
def test_training_needs_somebody_to_train(insured: int | None, verdict: Verdict) -> None:
    record = Record({"2020-07": Month(insured, None)})

    assert judge(Service.RETENTION_TRAINING, record, DAY).findings[0].verdict is verdict


@pytest.mark.parametrize(
    ("arrears", "verdict"),
    [([0] * 12, YES), ([0] * 11, UNKNOWN), ([0, 0, 1], NO), ([0] * 11 + [2], NO)],
)
def test_a_years_premium_must_be_paid(arrears: list[int], verdict: Verdict) -> None:
    months = {shifted("2022-07", -back): Month(100, owed) for back, owed in enumerate(arrears)}
    ends = {"2020-12": Month(100, 0), "2021-12": Month(100, 0)}
    reasons = of(Record(ends | months), RELIEF, REFUND, date(2022, 8, 3)).reasons

    assert reasons[2].condition is Condition.PAID_TWELVE_MONTHS
    assert reasons[2].verdict is verdict


@pytest.mark.parametrize(
    ("lost", "base", "statutory"),
    [(20, 10_000, True), (19, 10_000, False), (10, 100, True), (9, 100, False), (0, 5, False)],
)
def test_the_size_at_which_the_law_asks_for_a_procedure(
    lost: int, base: int, *, statutory: bool
) -> None:
    assert is_statutory(lost, base) is statutory


def test_one_policy_is_enough_and_none_in_force_is_none() -> None:
    record = Record({"2020-07": Month(100, 3)})
    found = {each.service: each for each in judge_all(record, DAY)}

    assert set(found) == set(Service)
    assert found[Service.LAWFUL_LAYOFF_GUIDANCE].verdict is YES
    assert found[Service.LOAN_FINANCING].verdict is YES  # although one is owed arrears
    assert found[Service.RENT_RELIEF].verdict is UNKNOWN
    assert judge(Service.RENT_RELIEF, record, date(2024, 1, 1)).verdict is NO


def test_versions_of_a_policy_follow_each_other() -> None:
    by_code: dict[tuple[str, str], list[tuple[int, date, date | None]]] = {}
    for policy in POLICIES:
        row = (policy.version, policy.valid_from, policy.valid_until)
        by_code.setdefault((policy.service, policy.code), []).append(row)
    for rows in by_code.values():
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        for (_, _, ended), (_, begins, _) in pairwise(rows):
            assert ended is not None
            assert ended < begins


def test_every_row_and_condition_has_its_words() -> None:
    texts = catalogue(Language.EN)
    for policy in POLICIES:
        assert f"words.policy.{policy.code}" in texts
    for condition in Condition:
        assert f"words.condition.{condition}" in texts
        assert f"eligibility.{condition}_unknown" in texts
