"""A problem as RFC 9457 has it: the row that a service writes, and the response it becomes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from shared.messages import Language, choose, known, say
from shared.telemetry.propagation import trace_id

MEDIA_TYPE = "application/problem+json"
MAX_ERRORS = 100
_MAX_TEXT = 200
_MAX_INSTANCE = 500
_PLACE = ("pointer", "parameter", "in", "member", "row", "column", "value")

Values = Mapping[str, object]
Errors = Sequence[Mapping[str, object]]


@dataclass(frozen=True)
class Problem:
    """What a refusal is over HTTP; its texts are `problems.<code>.title` and `.detail`.

    `headers` are formatted with the refusal's values: {"Retry-After": "{seconds}"}. `words` says of
    which values the texts tell the word, not the code: {"step": "case_step"}.
    """

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not known(f"problems.{self.code}.title"):
            raise ValueError(f"the catalogue has no text for problem {self.code}")


def answer(
    request: Request,
    problem: Problem,
    *,
    values: Values | None = None,
    errors: Errors = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Render a problem in the language of the request.

    Each of `errors` has a `code`, its place (pointer, or member, row, column, or parameter and in)
    and, under `values`, the fields of the text `validation.<code>`; at most MAX_ERRORS are told.
    """
    language = choose(request.headers.get("accept-language"))
    shown = {name: _clip(value) for name, value in (values or {}).items()}
    texts = shown | {
        name: say(f"words.{kind}.{shown[name]}", language) for name, kind in problem.words.items()
    }
    body: dict[str, object] = {
        "type": f"/problems/{problem.code}",
        "title": say(f"problems.{problem.code}.title", language, **texts),
        "status": problem.status,
        "detail": say(f"problems.{problem.code}.detail", language, **texts),
        "instance": quote(request.url.path, safe="/:@!$&'()*+,;=~-._")[:_MAX_INSTANCE],
        "code": problem.code,
    }
    if (trace := trace_id()) is not None:
        body["trace_id"] = trace
    if errors:
        body["errors"] = [_error(error, language) for error in errors[:MAX_ERRORS]]
    # Lone surrogates may stand in what a client sent; no UTF-8 can hold them.
    content = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    response = Response(content, status_code=problem.status, media_type=MEDIA_TYPE)
    own = {name: text.format_map(shown) for name, text in problem.headers.items()}
    for name, text in {**own, **(headers or {})}.items():
        response.headers[name] = _header(text)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers.add_vary_header("Accept-Language")
    return response


def _error(error: Mapping[str, object], language: Language) -> dict[str, object]:
    code = str(error["code"])
    values = error.get("values")
    texts = dict(values) if isinstance(values, Mapping) else {}
    shown = {str(name): _clip(value) for name, value in texts.items()}
    place = {name: error[name] for name in _PLACE if name in error}
    return {**place, "code": code, "message": say(f"validation.{code}", language, **shown)}


def _clip(value: object) -> object:
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        return value[:_MAX_TEXT] + "…"
    return value


def _header(text: str) -> str:
    return _printable(text.encode("latin-1", "replace").decode("latin-1"))


def _printable(characters: Iterable[str]) -> str:
    return "".join(character for character in characters if character.isprintable())
