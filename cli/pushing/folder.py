"""A folder into which an agency drops files: each is pushed once, and then put away.

`NAME` → `sending/NAME` → `done/NAME`, or `failed/NAME` with `NAME.errors.xlsx` beside it. What is
in `sending` when the command begins was under way when it ended: it is gone on with.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cli.pushing.told import tell_of_end
from cli.refusals import NotNow, Refused
from cli.terminal import note
from cli.texts import text, word

_EVERY: Final = 2.0  # seconds between two looks; a file that grew in between is not complete
_LATER: Final = 30.0  # seconds after which the gateway is asked again
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".swp", "~")
# What programs and systems leave beside the files that people mean; Excel's are of open workbooks.
_BESIDE: Final = (".", "~$", "thumbs.db", "desktop.ini")
_SENDING, _DONE, _FAILED = "sending", "done", "failed"
_STATE: Final = ".wengang-import"

Send = Callable[[Path], dict[str, Any]]
Follow = Callable[[dict[str, Any]], dict[str, Any]]
Save = Callable[[str, Path], None]


@dataclass
class Folder:
    """The folder; `send` pushes a file, `follow` waits for its end, `save` writes its workbook."""

    root: Path
    send: Send
    follow: Follow
    save: Save
    every: float = _EVERY
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict)

    def run(self, *, once: bool) -> bool:
        """Push what is there and what comes; `once`: until nothing is left. Tell if all was taken.

        Raises Refused where the folder cannot be used.
        """
        self._prepare()
        good = True
        for file in sorted((self.root / _SENDING).iterdir()):
            if not file.name.endswith(_STATE):
                good = self._push(file) and good
        while True:
            ready = list(self._ready())
            for file in ready:
                try:
                    moved = self._move(file, _SENDING)
                except FileNotFoundError:  # whoever dropped it has taken it away again
                    continue
                good = self._push(moved) and good
            if once and not ready and not self._seen:
                return good
            time.sleep(self.every)

    def _prepare(self) -> None:
        try:
            for name in (_SENDING, _DONE, _FAILED):
                (self.root / name).mkdir(exist_ok=True)
        except OSError as fault:
            reason = fault.strerror or fault
            raise Refused(text("file_unwritable", file=self.root, reason=reason)) from fault

    def _ready(self) -> Iterator[Path]:
        """Yield the files that have not changed since the last look, the oldest first."""
        found: dict[Path, tuple[int, int]] = {}
        for file in self.root.iterdir():
            name = file.name.lower()
            if name.startswith(_BESIDE) or name.endswith(_UNFINISHED) or not file.is_file():
                continue
            with suppress(FileNotFoundError):
                stat = file.stat()
                found[file] = (stat.st_mtime_ns, stat.st_size)
        ready = sorted(file for file, state in found.items() if self._seen.get(file) == state)
        self._seen = {file: state for file, state in found.items() if file not in ready}
        yield from sorted(ready, key=lambda file: found[file])

    def _push(self, file: Path) -> bool:
        """Push a file, however long the gateway is away; put it away; tell if it was taken."""
        while True:
            try:
                told = self._told(file)
            except NotNow as busy:
                note(text("push.later", file=file.name, reason=busy.sentence))
                time.sleep(_LATER)
            except Refused as refused:
                return self._refused(file, refused)
            else:
                return self._put_away(file, told)

    def _told(self, file: Path) -> dict[str, Any]:
        """Return the import of a file when it has ended; one that was sent is not sent again."""
        state = file.with_name(file.name + _STATE)
        if state.exists():
            told: dict[str, Any] = json.loads(state.read_text(encoding="utf-8"))
        else:
            told = self.send(file)
            unfinished = state.with_name(f".{state.name}")
            kept = {"id": told["id"], "finished_at": None}
            unfinished.write_text(json.dumps(kept), encoding="utf-8")
            unfinished.replace(state)
        return self.follow({**told, "finished_at": None})

    def _put_away(self, file: Path, told: dict[str, Any]) -> bool:
        good = bool(told["state"] == "completed")
        state = file.with_name(file.name + _STATE)
        kept = self._move(file, _DONE if good else _FAILED)
        if not good:
            with suppress(Refused):
                self.save(str(told["id"]), kept.with_name(kept.name + ".errors.xlsx"))
        state.unlink(missing_ok=True)
        said = word("import_state", str(told["state"]))
        note(text("push.put_away", file=kept.name, state=said, id=told["id"], folder=kept.parent))
        tell_of_end(told)
        return good

    def _refused(self, file: Path, refused: Refused) -> bool:
        kept = self._move(file, _FAILED)
        reasons = "\n".join((refused.sentence, *refused.details))
        kept.with_name(kept.name + ".error.txt").write_text(reasons + "\n", encoding="utf-8")
        note(text("push.turned_away", file=kept.name, reason=refused.sentence, folder=kept.parent))
        return False

    def _move(self, file: Path, into: str) -> Path:
        target = self.root / into / file.name
        number = 1
        while target.exists():
            number += 1
            target = self.root / into / f"{file.stem} ({number}){file.suffix}"
        return file.replace(target)
