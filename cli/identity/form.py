"""Signs a person in through the provider's own page, as a browser would, on one's own machine.

For developers: the platform on this machine keeps the passwords of its example officers.
"""

from html.parser import HTMLParser
from typing import Final
from urllib.parse import parse_qsl, urljoin, urlsplit

from cli.identity.authorization import Authorization
from cli.identity.provider import open_client
from cli.refusals import Refused
from cli.texts import text
from shared.http import Unreachable

_MOST_PAGES: Final = 12
_NAME_FIELDS: Final = frozenset({"login", "username", "user_name", "email"})


class _Form(HTMLParser):
    """The first form of a page that is sent by POST: its address and its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False
        self.action = ""
        self.fields: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.found and given.get("method", "").lower() == "post":
            self.found = self._inside = True
            self.action = given.get("action", "")
        elif tag == "input" and self._inside and (name := given.get("name")):
            kind = given.get("type", "text").lower()
            if kind not in {"submit", "button", "image", "checkbox", "radio"}:
                self.fields[name], self.kinds[name] = given.get("value", ""), kind

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def sign_in(asked: Authorization, *, login: str, password: str) -> dict[str, str]:
    """Fill in the provider's pages until it redirects back; return that redirect's parameters.

    Raises Refused: the password is wrong, or the page asks for more than name and password.
    """
    try:
        answer = _walk(asked, login, password)
    except Unreachable as fault:
        raise Refused(text("login.provider_unreachable", address=fault.url)) from fault
    if answer is None:
        raise Refused(text("login.form_failed", name=login, issuer=asked.provider.issuer))
    return answer


def _walk(asked: Authorization, login: str, password: str) -> dict[str, str] | None:
    """Go from page to page; None where the way ends elsewhere than at the redirect."""
    home, address = urlsplit(asked.provider.issuer).netloc, asked.address
    entered = False
    with open_client(asked.provider.issuer) as client:
        answer = client.get(address)
        for _ in range(_MOST_PAGES):
            if answer.is_redirect:
                address = urljoin(address, answer.headers["location"])
                if address.startswith(f"{asked.redirect_uri}?"):
                    return dict(parse_qsl(urlsplit(address).query))
                if urlsplit(address).netloc != home:
                    break
                answer = client.get(address)
                continue
            form = _Form()
            form.feed(answer.text)
            fields = _filled(form, login, password)
            if not form.found or fields is None or (entered and "password" in form.kinds.values()):
                break
            entered = entered or "password" in form.kinds.values()
            address = urljoin(address, form.action)
            if urlsplit(address).netloc != home:
                break
            answer = client.post(address, data=fields, headers={"Referer": address})
    return None


def _filled(form: _Form, login: str, password: str) -> dict[str, str] | None:
    """Return the form's fields filled in; None if it asks for neither name nor password."""
    fields, known = dict(form.fields), False
    for name, kind in form.kinds.items():
        if kind == "password":
            fields[name], known = password, True
        elif kind in {"text", "email"} and name.lower() in _NAME_FIELDS:
            fields[name], known = login, True
    return fields if known else None
