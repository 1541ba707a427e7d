"""Answers without a body, such as 304: hypercorn sends their head only with a first chunk."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from flask import Flask
from werkzeug.wsgi import ClosingIterator


def send_empty_answers(app: Flask) -> None:
    """End every body with an empty chunk; without, hypercorn answers 500 where there is none."""
    inner = app.wsgi_app

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 PEP 3333
        body = inner(environ, start_response)
        return ClosingIterator(chain(body, (b"",)), getattr(body, "close", None))

    app.wsgi_app = answered  # type: ignore[method-assign]  # as Flask documents it
