"""Sends the batches of a file and keeps the account of what became of its records."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from cli.gateway import Gateway
from cli.pushing.batches import Batch, batches
from cli.pushing.records import Source
from cli.pushing.runs import Run
from cli.refusals import ExitCode, Refused
from cli.texts import text

FATES: Final = ("accepted", "duplicate", "superseding", "rejected", "quarantined")
_KEPT_ERRORS: Final = 100


@dataclass
class Account:
    """What a push came to; every record that was sent is in exactly one count.

    `last`: what the gateway said of the last batch.
    """

    records: int
    sent: int = 0
    repeated: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    imports: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)

    @property
    def exit_code(self) -> ExitCode:
        """Return 0 if all were taken, 3 if some were rejected, 1 if all were."""
        if not self.counts["rejected"]:
            return ExitCode.DONE
        return ExitCode.FAILED if self.counts["rejected"] == self.records else ExitCode.PARTLY

    def add(self, batch: Batch, taken: dict[str, Any]) -> None:
        """Enter what the gateway says of a batch; its rows get their places in the file."""
        self.last = taken
        self.sent += len(batch.places)
        if taken.get("repeated"):
            self.repeated += len(batch.places)
        for fate in FATES:
            self.counts[fate] += int(taken["counts"][fate])
        if taken["id"] not in self.imports:
            self.imports.append(taken["id"])
        for error in taken["errors"][: max(0, _KEPT_ERRORS - len(self.errors))]:
            self.errors.append({**error, "place": batch.places[int(error["row"])]})


def survey(source: Source) -> tuple[int, str]:
    """Read the whole file once: how many records it has, and the hash of their content.

    Raises Refused before anything is sent: the file is damaged, or has no record.
    """
    count, digest = 0, hashlib.sha256()
    for batch in batches(source.records()):
        count += len(batch.places)
        digest.update(batch.body)
    if not count:
        raise Refused(text("push.empty", file=source.name), exit_code=ExitCode.USAGE)
    return count, digest.hexdigest()


def send(
    gateway: Gateway,
    feed: str,
    source: Source,
    run: Run,
    account: Account,
    *,
    version: str | None,
    advanced: Callable[[int], None],
) -> None:
    """Send every batch; `advanced` hears how many records have been sent.

    Raises Refused when the gateway turns a batch away or stays away; what was sent stays sent.
    """
    for batch in batches(source.records()):
        answer = gateway.write(
            "POST",
            f"/v1/feeds/{feed}/batches",
            batch.body,
            query={"contract_version": version},
            key=batch.key(feed=feed, run=run.token),
        )
        account.add(batch, answer.json())
        advanced(account.sent)
    run.end()
