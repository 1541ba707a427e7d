"""Secrets and personal data are hidden; what an analyst needs to read is not."""

import pytest

from shared.masking import is_sensitive, mask, mask_text


@pytest.mark.parametrize(
    "name",
    [
        *("password", "new_password", "passwd", "token", "access_token", "refreshToken"),
        *("Authorization", "proxy-authorization", "cookie", "set-cookie", "client_secret"),
        *("api_key", "apikey", "private_key", "database_url", "otp", "code_verifier"),
        *("phone", "contact_phone", "mobile", "id_number", "id_card", "email"),
    ],
)
def test_names_of_secrets_and_personal_data(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name",
    [
        *("uscc", "name", "district", "headcount", "server.address", "path", "case_id", "code"),
        *("hotpath", "telemetry", "microphones", "period", "consumer", "service.name"),
    ],
)
def test_names_of_neither(name: str) -> None:
    assert not is_sensitive(name)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("身份证 11010119900307013X 已登记", "身份证 110*************** 已登记"),
        ("id=110101199003070134;", "id=110***************;"),
        ("请拨 13800138000", "请拨 138****8000"),
        ("+86 13800138000", "138****8000"),
        ("Authorization: Bearer abcdefgh.ijkl", "Authorization: Bearer ***"),
        ("got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl!", "got ***!"),
        ("postgresql+psycopg://cases:hunter2@db/w", "postgresql+psycopg://cases:***@db/w"),
        ("nats://u:p@a:4222,nats://v:q@b:4222", "nats://u:***@a:4222,nats://v:***@b:4222"),
    ],
)
def test_texts_lose_what_identifies_or_opens(text: str, shown: str) -> None:
    assert mask_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        # A USCC (State Grid Beijing's form), a USCC of digits only, a UUID, an instant, an amount.
        "91110000101102318E",
        "911101081020304052",
        "01920000-0000-7000-8000-000000000001",
        "2026-11-23T08:00:00.123456+08:00",
        "1380013800.00 元",
        "http://127.0.0.1:8000/v1/cases",
    ],
)
def test_texts_that_say_nothing_of_a_person_stay(text: str) -> None:
    assert mask_text(text) == text


def test_values_are_masked_as_deep_as_logs_go() -> None:
    assert mask(
        {
            "token": {"any": "thing"},
            "rows": [{"phone": 1, "uscc": "91110000101102318E"}, ("13800138000",)],
            "count": 3,
            "ratio": 0.5,
            "none": None,
            "open": True,
            "number": 110101199003070134,
            "huge": 10**5_000,
            "error": ValueError("password in nats://u:p@h"),
        }
    ) == {
        "token": "***",
        "rows": [{"phone": "***", "uscc": "91110000101102318E"}, ["138****8000"]],
        "count": 3,
        "ratio": 0.5,
        "none": None,
        "open": True,
        "number": "110***************",
        "huge": "***",
        "error": "password in nats://u:***@h",
    }


def test_what_lies_too_deep_is_hidden() -> None:
    deep: object = "13800138000"
    for _ in range(50):
        deep = [deep]
    assert mask(deep) == [[[[[["***"]]]]]]
