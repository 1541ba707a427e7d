"""Why the platform cannot run here: facts with a code, told by the message catalogue."""


class CannotRun(Exception):
    """Something about this machine, folder or setting stops the platform.

    `code` names a text in the message catalogue; `values` fill it.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}")
