"""Why a panel cannot be learned from."""


class PanelRefused(Exception):
    """The panel or the options do not fit; `code` names the sentence, `values` fill it."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values
