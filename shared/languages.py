"""The language that whoever asks wants to be answered in, as a dependency of an operation."""

from typing import Annotated

from fastapi import Depends, Request

from shared.messages import Language, choose


def _language(request: Request) -> Language:
    return choose(request.headers.get("accept-language"))


Speaks = Annotated[Language, Depends(_language)]
