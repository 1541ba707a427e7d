"""What may be said of an enterprise that goes on as another."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from services.ingest.domain.errors import (
    SuccessionInFuture,
    SuccessionOfItself,
    SuccessionUnknown,
    SuccessorTaken,
)
from services.ingest.domain.succession import Said, Succession, record, withdraw
from shared.calendar import SHANGHAI
from shared.events.ingest import SuccessionKind, SuccessionRecorded

NOW = datetime(2020, 8, 3, 9, 0, tzinfo=SHANGHAI)
MERGED = Said(SuccessionKind.MERGER, date(2020, 8, 1), "京市监合〔2020〕7号")
DIVIDED = Said(SuccessionKind.DIVISION, date(2020, 8, 1), None)
A_INTO_B = Succession("A", "B", 1, MERGED, withdrawn=False, recorded_by="amr", recorded_at=NOW)


def test_the_first_version_states_the_pair() -> None:
    decided = record(("A", "B"), MERGED, None, (), by="amr", now=NOW)
    assert decided == A_INTO_B
    assert decided.fact() == SuccessionRecorded(
        predecessor="A",
        successor="B",
        version=1,
        kind=SuccessionKind.MERGER,
        effective_on=date(2020, 8, 1),
        withdrawn=False,
        received_at=NOW,
    )


def test_what_is_known_is_not_said_again_and_what_differs_is_the_next_version() -> None:
    assert record(("A", "B"), MERGED, A_INTO_B, (), by="x", now=NOW) is None
    decided = record(("A", "B"), DIVIDED, A_INTO_B, (), by="x", now=NOW)
    assert decided is not None
    assert (decided.version, decided.said) == (2, DIVIDED)


def test_what_was_taken_back_may_be_said_again() -> None:
    back = withdraw(A_INTO_B, by="x", now=NOW)
    assert (back.version, back.withdrawn, back.said) == (2, True, MERGED)
    again = record(("A", "B"), MERGED, back, (), by="x", now=NOW)
    assert again is not None
    assert (again.version, again.withdrawn) == (3, False)
    for nothing in (None, back):
        with pytest.raises(SuccessionUnknown):
            withdraw(nothing, by="x", now=NOW)


def test_an_enterprise_is_not_its_own_successor_and_none_takes_effect_tomorrow() -> None:
    with pytest.raises(SuccessionOfItself):
        record(("A", "A"), MERGED, None, (), by="x", now=NOW)
    today, tomorrow = (replace(MERGED, effective_on=date(2020, 8, day)) for day in (3, 4))
    assert record(("A", "B"), today, None, (), by="x", now=NOW) is not None
    with pytest.raises(SuccessionInFuture):
        record(("A", "B"), tomorrow, None, (), by="x", now=NOW)


@pytest.mark.parametrize(
    ("pair", "said", "refused"),
    [
        (("A", "C"), MERGED, True),
        (("A", "C"), DIVIDED, False),
        (("B", "A"), MERGED, True),
        (("B", "A"), DIVIDED, False),
        (("C", "B"), MERGED, False),
        (("B", "C"), MERGED, False),
    ],
)
def test_who_has_ended_in_another_ends_in_no_third(
    pair: tuple[str, str], said: Said, refused: bool
) -> None:
    if refused:
        with pytest.raises(SuccessorTaken, match="B"):
            record(pair, said, None, (A_INTO_B,), by="x", now=NOW)
    else:
        assert record(pair, said, None, (A_INTO_B,), by="x", now=NOW) is not None


def test_a_ring_of_any_length_is_refused_and_a_chain_is_not() -> None:
    b_into_c = replace(A_INTO_B, predecessor="B", successor="C")
    c_into_d = replace(A_INTO_B, predecessor="C", successor="D")
    with pytest.raises(SuccessorTaken, match="B"):
        record(
            ("D", "A"),
            MERGED,
            None,
            (c_into_d, A_INTO_B),
            (A_INTO_B, b_into_c, c_into_d),
            by="x",
            now=NOW,
        )
    assert record(
        ("E", "A"), MERGED, None, (A_INTO_B,), (A_INTO_B, b_into_c, c_into_d), by="x", now=NOW
    )
    assert record(
        ("D", "A"),
        DIVIDED,
        None,
        (c_into_d, A_INTO_B),
        (A_INTO_B, b_into_c, c_into_d),
        by="x",
        now=NOW,
    )
