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


def an_opinion(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a good record of opinion_item."""
    return {
        "item_id": f"item-{number}",
        "published_at": "2020-08-01T10:00:00+08:00",
        "title": "某厂被曝裁员",
        "text": f"北京第{number}机械厂被曝裁员三百人。",
        "source": "微博",
        "url": f"https://example.com/{number}",
    } | changes


def a_layoff_report(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a good record of layoff_report."""
    return {
        "uscc": uscc(number),
        "reported_on": "2020-08-03",
        "planned_layoffs": 45,
        "headcount": 320,
        "layoff_on": "2020-09-05",
        "ground": "serious_difficulty",
    } | changes


def a_protected(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a good record of protection_list."""
    return {
        "uscc": uscc(number),
        "list_kind": "key",
        "edition": "2020-Q3",
        "valid_from": "2020-07-01",
        "valid_until": "2020-12-31",
        "reason": "防疫物资生产",
    } | changes
