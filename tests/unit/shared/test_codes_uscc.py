"""Credit codes: what is accepted, what exactly is refused, and agreement with python-stdnum."""

from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, TypeAdapter, ValidationError
from stdnum.cn import uscc

from shared.codes.uscc import ALPHABET, UsccFault, UsccRefused, check_uscc


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # the example of GB 32100-2015
        "91110000600037341L",
        "91110000802100433B",
    ],
)
def test_right_codes_are_returned_as_they_are(code: str) -> None:
    assert check_uscc(code) == code


@pytest.mark.parametrize(
    ("text", "fault", "position", "found", "expected"),
    [
        ("", UsccFault.LENGTH, None, "0", "18"),
        ("无", UsccFault.LENGTH, None, "1", "18"),
        ("91350100M000100Y4", UsccFault.LENGTH, None, "17", "18"),
        ("91350100M000100Y433", UsccFault.LENGTH, None, "19", "18"),
        ("91350100m000100Y43", UsccFault.LOWER_CASE, 9, "m", "M"),
        ("91110000x00016731Q", UsccFault.LOWER_CASE, 9, "x", "X"),
        ("91350100M00010oY43", UsccFault.CHARACTER, 15, "o", ""),
        ("91350100M00010OY43", UsccFault.CHARACTER, 15, "O", ""),
        ("91350100I000100Y43", UsccFault.CHARACTER, 9, "I", ""),
        ("9135O100M000100Y43", UsccFault.CHARACTER, 5, "O", ""),
        ("9135A100M000100Y43", UsccFault.CHARACTER, 5, "A", ""),
        ("9135a100M000100Y43", UsccFault.CHARACTER, 5, "a", ""),
        ("91A50100M000100Y43", UsccFault.CHARACTER, 3, "A", ""),
        ("9135010AM000100Y43", UsccFault.CHARACTER, 8, "A", ""),
        ("a1350100M000100Y43", UsccFault.LOWER_CASE, 1, "a", "A"),
        ("9a350100M000100Y43", UsccFault.LOWER_CASE, 2, "a", "A"),
        ("９1350100M000100Y43", UsccFault.CHARACTER, 1, "９", ""),
        ("9135010٠M000100Y43", UsccFault.CHARACTER, 8, "٠", ""),
        ("91350100-M00100Y43", UsccFault.CHARACTER, 9, "-", ""),
        (" 91350100M000100Y43", UsccFault.BLANK, 1, " ", ""),
        ("91350100M000100Y43\n", UsccFault.BLANK, 19, "\n", ""),
        ("91350100　M00100Y43", UsccFault.BLANK, 9, "　", ""),
        ("\ufeff91350100M000100Y43", UsccFault.BLANK, 1, "\ufeff", ""),
        ("91350100M000100Y44", UsccFault.CHECK_CHARACTER, 18, "4", "3"),
        ("91110000600037341M", UsccFault.CHECK_CHARACTER, 18, "M", "L"),
    ],
)
def test_the_fault_is_named_exactly(
    text: str, fault: UsccFault, position: int | None, found: str, expected: str
) -> None:
    with pytest.raises(UsccRefused) as refused:
        check_uscc(text)
    said = refused.value
    assert (said.fault, said.position, said.found, said.expected) == (
        fault,
        position,
        found,
        expected,
    )


def test_pydantic_takes_the_check_as_it_is() -> None:
    adapter = TypeAdapter(Annotated[str, AfterValidator(check_uscc)])
    assert adapter.validate_python("91350100M000100Y43") == "91350100M000100Y43"
    with pytest.raises(ValidationError, match="expected 3"):
        adapter.validate_python("91350100M000100Y44")


letters = st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY")
digits = st.sampled_from("0123456789")
bodies = st.tuples(
    st.text(letters, min_size=2, max_size=2),
    st.text(digits, min_size=6, max_size=6),
    st.text(letters, min_size=9, max_size=9),
).map("".join)


@given(bodies)
def test_exactly_one_check_character_is_right(body: str) -> None:
    right = uscc.calc_check_digit(body)
    assert check_uscc(body + right) == body + right
    for letter in "0123456789ABCDEFGHJKLMNPQRTUWXY".replace(right, ""):
        with pytest.raises(UsccRefused) as refused:
            check_uscc(body + letter)
        assert refused.value.expected == right


@given(bodies, st.integers(0, 17), letters)
def test_one_wrong_character_is_always_found(body: str, place: int, letter: str) -> None:
    code = body + uscc.calc_check_digit(body)
    wrong = code[:place] + letter + code[place + 1 :]
    if wrong != code:
        with pytest.raises(UsccRefused):
            check_uscc(wrong)


@given(st.text(st.sampled_from(ALPHABET + "IOxo -"), min_size=16, max_size=19))
def test_what_is_accepted_stdnum_accepts(text: str) -> None:
    try:
        accepted = check_uscc(text) == text
    except UsccRefused:
        accepted = False
    # The library repairs blanks, hyphens and case, and knows no letters among the first two.
    canonical = uscc.is_valid(text) and uscc.compact(text) == text
    assert accepted is canonical or (accepted and not text[:2].isdigit())
