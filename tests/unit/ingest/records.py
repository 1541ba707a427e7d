"""Records as agencies would push them; credit codes with the check character by python-stdnum."""

from typing import Any

from stdnum.cn import uscc as oracle


def uscc(number: int) -> str:
    """Return the credit code of a company of Chaoyang, by its number."""
    body = f"91110105{number:09d}"
    return body + str(oracle.calc_check_digit(body))


def an_enterprise(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a good record of enterprise_register."""
    return {
        "uscc": uscc(number),
        "name": f"北京第{number}机械厂",
        "district": "110105",
        "street": "建外街道",
        "industry": "C3921",
        "status": "active",
        "established_on": "1990-01-01",
        "registered_capital": "120000.00",
    } | changes


def a_headcount(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a good record of insured_headcount."""
    return {
        "uscc": uscc(number),
        "month": "2020-07",
        "insured_headcount": 128,
        "months_in_arrears": 0,
        "joined": 3,
        "left": 5,
    } | changes
