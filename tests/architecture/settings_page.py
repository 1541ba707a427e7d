"""Writes docs/settings.md from the settings: `python -m tests.architecture.settings_page`."""

from collections.abc import Iterator
from datetime import timedelta
from types import UnionType
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from launcher.settings import LauncherSettings
from shared.settings import ServiceSettings
from tests.architecture.deployables import PACKAGES, ROOT, settings_class

PAGE = ROOT / "docs" / "settings.md"
_HEAD = """# Settings

Read from the environment once, at the start; a wrong value stops the process and is named.
Durations are seconds or ISO 8601 (`P90D`). This page is written by
`.venv/bin/python -m tests.architecture.settings_page`.
"""

_COMMAND_LINE = """## The command line

| variable | meaning |
| --- | --- |
| `WENGANG_LANG` | Language of what it says: zh-CN (default) or en; else that of the locale. |
| `WENGANG_PROFILE` | Whom to act as, like `--as`. |
| `WENGANG_GATEWAY_URL` | The gateway, like `--gateway`; else the session's, else the local one. |
| `WENGANG_DATA_DIR` | Folder of the platform on this machine. |
| `WENGANG_DEBUG` | Any value: show the traceback of an unexpected fault. |
| `NO_COLOR` | Any value: no colours. |
| `WENGANG_DATA` | Folder of the real third-party data that some tests want. |
"""


def page() -> str:
    """Return the page that documents every setting."""
    parts = [_HEAD, _section("Every deployable", "<NAME>_", ServiceSettings, set())]
    common = set(ServiceSettings.model_fields)
    for name in PACKAGES:
        prefix = str(settings_class(name).model_config["env_prefix"])
        parts.append(_section(name, prefix, settings_class(name), common))
    prefix = str(LauncherSettings.model_config["env_prefix"])
    parts.append(_section("The platform on one machine", prefix, LauncherSettings, set()))
    parts.append(_COMMAND_LINE)
    return "\n".join(part for part in parts if part)


def variables(model: type[ServiceSettings]) -> frozenset[str]:
    """Name every variable that a deployable reads."""
    rows = _rows(str(model.model_config["env_prefix"]), model, set())
    return frozenset(row.split("`")[1] for row in rows)


def _section(title: str, prefix: str, model: type[BaseModel], skipped: set[str]) -> str:
    rows = list(_rows(prefix, model, skipped))
    if not rows:
        return ""
    head = f"## {title}\n\n| variable | default | meaning |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def _rows(prefix: str, model: type[BaseModel], skipped: set[str]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if name in skipped:
            continue
        group = _group(field.annotation)
        if group is not None:
            yield from _rows(f"{prefix}{name.upper()}__", group, set())
            continue
        assert field.description, f"{prefix}{name.upper()} is not described"
        yield f"| `{prefix}{name.upper()}` | {_default(field)} | {field.description} |"


def _group(annotation: Any) -> type[BaseModel] | None:
    candidates = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    for each in candidates:
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
    return None


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "must be set" if field.default_factory is None else "made at the start"
    if isinstance(field.default, timedelta):
        return f"`{field.default.total_seconds():g}` s"
    return "not set" if field.default is None else f"`{field.default}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
