"""Writing pages: templates, the versions of assets, the headers of every page."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from gateway.console.desk import desk_of
from gateway.console.visits import LANGUAGE_COOKIE, Visit, speech_of
from shared.messages import Language

FOLDER: Final = Path(__file__).parent
STATIC: Final = "/console/static"
_YEAR: Final = 365 * 24 * 3600


class Assets(StaticFiles):
    """Styles and scripts; their addresses change with their content, so browsers keep them."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 as Starlette has it
        """Answer a file."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        return response


async def page(
    request: Request,
    template: str,
    *,
    visit: Visit | None = None,
    language: Language | None = None,
    status: int = 200,
    **content: object,
) -> Response:
    """Write a page in the language of its reader; `visit` is None where nobody is signed in."""
    speech = visit.speech if visit is not None else speech_of(request, language)
    html = (
        _templates()
        .get_template(template)
        .render(
            {
                "speech": speech,
                "t": speech.text,
                "word": speech.word,
                "visit": visit,
                "me": visit.me if visit is not None else None,
                "other_language": _other_language(request, speech.language),
                **content,
            }
        )
    )
    response = HTMLResponse(html, status)
    response.headers["Content-Security-Policy"] = await desk_of(request).content_policy()
    response.headers["Content-Language"] = speech.language
    if request.query_params.get("lang") == speech.language:
        desk_of(request).set_cookie(response, LANGUAGE_COOKIE, speech.language, max_age=_YEAR)
    return response


def with_query(request: Request, **changed: str | None) -> str:
    """Return this page's address with some of its query changed, or left out where None."""
    kept = [(name, value) for name, value in request.query_params.items() if name not in changed]
    told = [(name, value) for name, value in changed.items() if value is not None]
    query = urlencode([*kept, *told])
    return f"{request.url.path}?{query}" if query else request.url.path


def _other_language(request: Request, language: Language) -> Mapping[str, str]:
    other = Language.EN if language is Language.ZH_CN else Language.ZH_CN
    return {"code": other, "address": with_query(request, lang=other)}


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = _asset
    return environment


@cache
def _asset(name: str) -> str:
    digest = hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()
    return f"{STATIC}/{name}?v={digest[:12]}"
