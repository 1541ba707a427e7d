"""An operator can read about every setting."""

from tests.architecture.settings_page import PAGE, page


def test_every_setting_is_documented() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m tests.architecture.settings_page"
    )
