"""Why a command did not do what it was asked: a sentence for the user, never a traceback."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended, for the shell."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY = 3


class Refused(Exception):
    """The command ends here; `sentence` says why, `details` say where and what to do."""

    def __init__(self, sentence: str, *details: str, exit_code: ExitCode = ExitCode.FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.details = details
        self.exit_code = exit_code


class NotNow(Refused):
    """The gateway is away or busy: the same may be asked again later."""
