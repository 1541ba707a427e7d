"""Texts that a program for tables might run are known by their beginning."""

import pytest

from shared.formulas import may_run


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\r\n",
        " =1",
        "\u3000=1",
        "\xa0+1",
        "\ufeff=1",
        '＝HYPERLINK("x")',
        "＋1",
        "－1",
        "＠A1",
        " \u3000＝1",
    ],
)
def test_what_may_run(text: str) -> None:
    assert may_run(text)


@pytest.mark.parametrize(
    "text", ["", " ", "甲公司", "91110105000000001Y", "a=1", "1-2", "'=1", "'", "（=1）", "x\t=1"]
)
def test_what_is_only_text(text: str) -> None:
    assert not may_run(text)
