"""Compiles the Chinese texts of the sign-in pages to where the provider reads them."""

import tomllib
from importlib.resources import files
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

LOCALES = ("zh", "zh_Hans")  # a browser that asks for zh-CN is given either


def compile_translations(folder: Path) -> None:
    """Write gettext catalogues below `folder`, as `<locale>/LC_MESSAGES/messages.mo`."""
    texts = tomllib.loads((files("launcher.identity") / "zh.toml").read_text(encoding="utf-8"))
    for locale in LOCALES:
        catalog = Catalog(locale=locale)
        for english, chinese in texts.items():
            catalog.add(english, chinese)
        place = folder / locale / "LC_MESSAGES"
        place.mkdir(parents=True, exist_ok=True)
        with (place / "messages.mo").open("wb") as file:
            write_mo(file, catalog)
