"""Attempts to sign in: only the browser that began holds them, and not for long."""

import pytest

from gateway.auth.sign_in import Attempt
from gateway.console import attempts
from gateway.console.attempts import Begun, cookie_name, own_page, read, written
from gateway.console.sealing import SealBroken, Sealer
from shared.auth.keys import SigningKey

SEALER = Sealer(SigningKey.generate("gateway"))
BEGUN = Begun(Attempt("state", "nonce", "verifier"), "/console/cases/1?step=accept")


def test_a_cookie_holds_an_attempt_that_nobody_can_read() -> None:
    cookie = written(SEALER, BEGUN)
    assert read(SEALER, cookie) == BEGUN
    assert "verifier" not in cookie
    assert written(SEALER, BEGUN) != cookie
    assert set(cookie) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_what_we_did_not_write_is_no_attempt() -> None:
    cookie = written(SEALER, BEGUN)
    altered = cookie[:20] + ("A" if cookie[20] != "A" else "B") + cookie[21:]
    stranger = written(Sealer(SigningKey.generate("gateway")), BEGUN)
    for wrong in ("", "x", "é", altered, stranger, cookie[:-4]):
        assert read(SEALER, wrong) is None


def test_an_attempt_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "LASTS_SECONDS", -1)
    assert read(SEALER, written(SEALER, BEGUN)) is None


def test_each_attempt_has_a_cookie_of_its_own() -> None:
    names = {cookie_name(state) for state in ("a", "b", "a; Path=/", "")}
    assert len(names) == 4
    assert all(name.removeprefix("wengang_attempt_").isalnum() for name in names)


@pytest.mark.parametrize(
    "wanted",
    ["/console/", "/console/cases/01a2?step=accept", "/console/?level=red&cursor=W3%22", None],
)
def test_pages_of_the_console_are_come_back_to(wanted: str | None) -> None:
    assert own_page(wanted) == (wanted or "/console/")


@pytest.mark.parametrize(
    "wanted",
    [
        *("https://example.org/", "//example.org", "/v1/cases", "/console", "console/", ""),
        *("/console/\\example.org", "/console/\r\nX: y", "/console/@example.org:80#", "/consoles/"),
    ],
)
def test_nobody_is_sent_elsewhere(wanted: str) -> None:
    assert own_page(wanted) == "/console/"


def test_a_seal_is_for_one_purpose_and_salt() -> None:
    sealed = SEALER.seal(b"content", "session", b"salt")
    assert SEALER.unseal(sealed, "session", b"salt") == b"content"
    for purpose, salt in (("attempt", b"salt"), ("session", b"other"), ("session", b"")):
        with pytest.raises(SealBroken):
            SEALER.unseal(sealed, purpose, salt)
    with pytest.raises(SealBroken):
        SEALER.unseal(b"short", "session", b"salt")
    assert len(SEALER.derived("csrf")) == 32
    assert SEALER.derived("csrf") != SEALER.derived("session")
