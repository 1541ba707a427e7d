"""The API as each principal of the demo has it, through whatever happens to the processes.

A call is repeated under one idempotency key until it is answered: a process that is killed in
between changes how long it takes, and nothing else.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Final, cast
from urllib.parse import quote

from shared.http import Response, SyncClient, Unreachable, sync_client
from simulation.demo.platform import Platform, PlatformFailed

Body = Mapping[str, object]
Read = dict[str, Any]

_DEADLINE_SECONDS: Final = 180.0
_WAIT_SECONDS: Final = (0.05, 0.1, 0.2, 0.5, 1.0)
_FRESH_SECONDS: Final = 60.0
_AGAIN: Final = frozenset({408, 429, 500, 502, 503, 504})
_PAGE: Final = 200
_WORKERS: Final = 6
_OPERATOR: Final = "city-admin"


class Refused(Exception):
    """The platform says no, for good."""

    def __init__(self, asked: str, problem: Mapping[str, Any]) -> None:
        self.code = str(problem.get("code", ""))
        self.problem = problem
        where = [f"{each.get('pointer')} {each.get('code')}" for each in problem.get("errors", ())]
        said = (problem.get("status"), self.code, problem.get("detail"), *where)
        super().__init__(f"{asked}: {' '.join(str(each) for each in said)}")


class NeverAnswered(Exception):
    """The platform did not answer, or did not come to rest, within the time that is given to it."""


class Doors:
    """Every principal's door; safe to use from several threads."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._client = sync_client(platform.gateway)
        self._tokens: dict[str, tuple[str, float]] = {}
        self._signing_in = threading.Lock()
        self.pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="agent")

    def of(self, name: str) -> "Door":
        """Return the door of a principal, by the name they sign in with."""
        return Door(self, name)

    def sign_in(self, names: Sequence[str]) -> None:
        """Sign several in at once; raise PlatformFailed.

        A provider that is being started again answers a little later.
        """
        until = time.monotonic() + _DEADLINE_SECONDS
        with self._signing_in:
            while True:
                try:
                    self._tokens.update(self._platform.sign_in(names))
                except PlatformFailed:
                    self._platform.check()
                    if time.monotonic() > until:
                        raise
                    time.sleep(_WAIT_SECONDS[-1])
                else:
                    return

    def close(self) -> None:
        """End what runs, and hang up."""
        self.pool.shutdown(wait=True, cancel_futures=True)
        self._client.close()

    def drain(self) -> None:
        """Wait until everything stated is applied and every chore has been done for now.

        Raises NeverAnswered: it never came to rest; what waits is named.
        """
        until, pause = time.monotonic() + _DEADLINE_SECONDS, 0.02
        door = self.of(_OPERATOR)
        while not (told := door.get("/v1/progress"))["idle"]:
            if time.monotonic() > until:
                raise NeverAnswered(str({name: told[name] for name in ("consumers", "services")}))
            time.sleep(pause)
            pause = min(0.2, pause * 1.5)

    def call(
        self,
        name: str,
        method: str,
        path: str,
        *,
        key: str | None = None,
        query: Sequence[tuple[str, str]] = (),
        body: Body | None = None,
    ) -> Read:
        """Call until there is an answer; raise Refused, NeverAnswered, PlatformFailed."""
        until, attempt = time.monotonic() + _DEADLINE_SECONDS, 0
        while True:
            response = self._once(name, method, path, key=key, query=query, body=body)
            if response is not None and response.is_success:
                return cast(Read, response.json()) if response.content else {}
            problem = _problem(response)
            if response is not None and response.status_code == HTTPStatus.UNAUTHORIZED:
                self.sign_in([name])
            elif response is not None and response.status_code not in _AGAIN:
                raise Refused(f"{name} {method} {path}", problem)
            if time.monotonic() > until:
                raise NeverAnswered(f"{name} {method} {path}: {problem}")
            self._platform.check()
            time.sleep(_WAIT_SECONDS[min(attempt, len(_WAIT_SECONDS) - 1)])
            attempt += 1

    def _once(
        self,
        name: str,
        method: str,
        path: str,
        *,
        key: str | None,
        query: Sequence[tuple[str, str]],
        body: Body | None,
    ) -> Response | None:
        headers = {"Authorization": f"Bearer {self._token(name)}", "Accept-Language": "zh-CN"}
        if key is not None:
            headers["Idempotency-Key"] = quote(key, safe="/:.-")[:200]
        client: SyncClient = self._client
        try:
            return client.request(
                method, path, headers=headers, params=list(query) or None, json=body
            )
        except Unreachable:
            return None

    def _token(self, name: str) -> str:
        token, ends = self._tokens.get(name, ("", 0.0))
        if ends < time.time() + _FRESH_SECONDS:
            self.sign_in([name])
            token, _ = self._tokens[name]
        return token


class Door:
    """The API in one principal's name."""

    def __init__(self, doors: Doors, name: str) -> None:
        self._doors = doors
        self.name = name

    def get(self, path: str, **query: str) -> Read:
        """Read something."""
        return self._doors.call(self.name, "GET", path, query=list(query.items()))

    def every(self, path: str, **query: str | Sequence[str]) -> list[Read]:
        """Read all rows of a list, page by page."""
        given = [
            (name, each)
            for name, said in query.items()
            for each in ([said] if isinstance(said, str) else said)
        ]
        rows: list[Read] = []
        cursor: str | None = None
        while True:
            more = [("cursor", cursor)] if cursor else []
            page = self._doors.call(
                self.name, "GET", path, query=[*given, ("limit", str(_PAGE)), *more]
            )
            rows += page["data"]
            cursor = page["next_cursor"]
            if cursor is None:
                return rows

    def post(self, path: str, body: Body, *, key: str) -> Read:
        """Do something once, by its key."""
        return self._doors.call(self.name, "POST", path, key=key, body=body)

    def put(self, path: str, body: Body, *, key: str) -> Read:
        """Put something in place, by its key."""
        return self._doors.call(self.name, "PUT", path, key=key, body=body)


def _problem(response: Response | None) -> Mapping[str, Any]:
    if response is None:
        return {"code": "unreachable"}
    try:
        problem = response.json()
    except ValueError:
        return {"status": response.status_code}
    return problem if isinstance(problem, dict) else {"status": response.status_code}
