"""The learned model of the demo: promoted by another, or none where a city is too small."""

from collections.abc import Mapping
from typing import Any, cast

import pytest

from simulation.demo import learned
from simulation.demo.doors import Doors, NeverAnswered
from simulation.demo.learned import put_into_service, train
from simulation.parameters import parameters
from simulation.world.world import World

WORLD = World(parameters(), seed=4, enterprises=50, opinions=0)


class Platform:
    """Answers as the platform does, and notes who asked for what; looks twice before it is done."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.asked: list[tuple[str, str, Mapping[str, object]]] = []
        self.looks = 0

    def of(self, name: str) -> "Door":
        return Door(self, name)


class Door:
    """One principal's door to it."""

    def __init__(self, platform: Platform, name: str) -> None:
        self.platform = platform
        self.name = name

    def post(self, path: str, body: Mapping[str, object], *, key: str) -> dict[str, Any]:
        assert key
        self.platform.asked.append((self.name, path, body))
        if path.endswith("/promotion"):
            self.platform.state = "champion"
        return {"id": "one", "state": "waiting"}

    def get(self, path: str) -> dict[str, Any]:
        assert path.rsplit("/", 1)[1] == "one"
        self.platform.looks += 1
        if self.platform.looks % 2:
            return {"id": "one", "state": "waiting", "finished_at": None, "failed_at": None}
        done = {"finished_at": "2020-07-31", "failed_at": None}
        return {"id": "one", "version": "learned-1", "state": self.platform.state, **done}


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "_LOOK_SECONDS", 0.0)


def doors(platform: Platform) -> Doors:
    return cast(Doors, platform)


def test_it_is_promoted_by_another_and_judges_everyone() -> None:
    platform = Platform("trained")
    put_into_service(doors(platform), WORLD)
    assert [(who, path) for who, path, _ in platform.asked] == [
        ("city-analyst", "/v1/models"),
        ("city-admin", "/v1/models/one/promotion"),
        ("city-admin", "/v1/rejudgements"),
    ]
    # Nothing was received before the first day: what was handed over counts as known when due.
    assert platform.asked[0][2] == {
        "target": "mass_3",
        "handed_over_until": "2020-07-31",
        "seed": 4,
    }


def test_a_city_too_small_to_learn_from_has_none() -> None:
    platform = Platform("unfit")
    assert put_into_service(doors(platform), WORLD)["state"] == "unfit"
    assert [path for _, path, _ in platform.asked] == ["/v1/models"]


def test_the_second_one_waits_for_whoever_looks_around() -> None:
    platform = Platform("trained")
    assert train(doors(platform), WORLD, seed=5)["state"] == "trained"
    assert len(platform.asked) == 1


def test_a_training_without_an_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learned, "_PATIENCE_SECONDS", 0.0)
    with pytest.raises(NeverAnswered):
        train(doors(Platform("waiting")), WORLD, seed=5)
