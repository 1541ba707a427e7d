"""The learned model in the demo: learned from what was handed over, in service the two months long.

It judges in shadow beside the rules and changes nothing of what they do. At the end a second one is
trained, which waits for whoever looks around to compare it and put it into service.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulation.demo.doors import Doors, NeverAnswered
from simulation.world.world import World

_ASKS: Final = "city-analyst"
# Whoever asked does not promote.
_PROMOTES: Final = "city-admin"
_LOOK_SECONDS: Final = 0.2
_PATIENCE_SECONDS: Final = 900.0

Model = Mapping[str, Any]


def put_into_service(doors: Doors, world: World) -> Model:
    """Train a model on the months before the first day, promote it, let it judge everyone.

    A city too small to learn from has none: the model that is returned says why. Raises
    NeverAnswered.
    """
    model = train(doors, world, seed=world.seed)
    if model["state"] != "trained":
        return model
    admin = doors.of(_PROMOTES)
    path = f"/v1/models/{model['id']}"
    admin.post(f"{path}/promotion", {}, key=f"model/{model['id']}")
    because = {"because": model["version"]}
    asked = admin.post("/v1/rejudgements", because, key=f"rejudgement/{model['id']}")
    rejudgement = f"/v1/rejudgements/{asked['id']}"
    _wait(lambda: admin.get(rejudgement), lambda told: told["finished_at"] or told["failed_at"])
    return admin.get(path)


def train(doors: Doors, world: World, *, seed: int) -> Model:
    """Have a model trained on what is known today, and return it. Raises NeverAnswered."""
    door = doors.of(_ASKS)
    asked = {
        "target": "mass_3",
        # What was handed over was received on one day: it counts as known when it was due.
        "handed_over_until": world.first_day.isoformat(),
        "seed": seed,
    }
    told = door.post("/v1/models", asked, key=f"model/{world.seed}/{seed}")
    path = f"/v1/models/{told['id']}"
    return _wait(lambda: door.get(path), lambda model: model["state"] != "waiting")


def _wait(look: Callable[[], dict[str, Any]], is_over: Callable[[Model], object]) -> dict[str, Any]:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not is_over(told := look()):
        if time.monotonic() > until:
            raise NeverAnswered(str(told))
        time.sleep(_LOOK_SECONDS)
    return told
