"""Why a panel cannot be learned from, and what has to be known beside its figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class PanelRefused(Exception):
    """The panel or the options do not fit; `code` names the sentence, `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Caution:
    """Something to know beside the figures; `code` names the sentence, `values` fill it."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
