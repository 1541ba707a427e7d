"""A model learned from the months that a city handed over: trained, promoted, applied, by hand."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.e2e.handed_over import hand_over
from tests.platform import NOW, Platform


def test_a_model_is_trained_promoted_by_another_and_judges_in_shadow(platform: Platform) -> None:
    today = NOW.date()
    owing = hand_over(platform, today)
    platform.wait(lambda: not any(platform.unapplied().values()), within=120)

    def cli(name: str, *said: str, code: int = 0) -> str:
        return platform.cli("--as", name, "models", *said, code=code)

    asked = ("train", "--target", "layoff_3", "--wait", "-o", "json")
    nothing: dict[str, Any] = json.loads(cli("city-analyst", *asked))
    # By the days of receipt nothing was known of any month before today.
    assert (nothing["state"], nothing["reason"]["code"]) == ("unfit", "short_history")

    assumed = ("--handed-over-until", today.isoformat())
    model: dict[str, Any] = json.loads(cli("city-analyst", *asked, *assumed))
    assert model["state"] == "trained", model["reason"]
    figures = model["card"]["figures"]
    assert figures["learned"]["average_precision"] > figures["learned"]["base_rate"]
    assert model["card"]["handed_over_until"] == today.isoformat()

    promote = ("promote", model["id"], "--revision")
    cli("city-analyst", *promote, "2", code=1)
    cli("city-admin", *promote, "1", code=1)
    promoted = json.loads(cli("city-admin", *promote, "2", "-o", "json"))
    assert promoted["state"] == "champion"
    assert model["version"] in cli("city-analyst", "list")
    assert "last(arrears)" in cli("city-analyst", "drift", model["id"])
    card = json.loads(cli("officer-110105", "show", model["id"], "-o", "json"))["card"]
    assert card == model["card"]

    started = platform.call(
        "city-admin", "POST", "/v1/rejudgements", json={"because": "a champion"}
    ).json()
    path = f"/v1/rejudgements/{started['id']}"
    platform.wait(lambda: platform.get("city-admin", path)["finished_at"], within=60)
    assert platform.get("city-admin", path)["models"] == [model["version"]]
    days = platform.get("city-analyst", f"/v1/enterprises/{owing}/assessments")["data"]
    learned = days[0]["learned"]
    assert (learned["model"], learned["target"]) == (model["version"], "layoff_3")
    assert learned["low"] <= learned["likelihood"] <= learned["high"]
    assert learned["likelihood"] > figures["learned"]["base_rate"]
    follow_the_model(platform, owing, days[0]["as_of"], learned)


def follow_the_model(platform: Platform, uscc: str, as_of: str, learned: dict[str, Any]) -> None:
    """Follow each share of what the model says to the observations and imports it came from."""
    path = f"/v1/enterprises/{uscc}/assessments/{as_of}/explanation"
    why = platform.get("officer-110118", path)["learned"]
    assert {name: why[name] for name in learned} == learned
    shares = [one["contribution"] for one in why["contributions"]]
    assert why["base"] + sum(shares) == why["score"]
    followed = set()
    for part in why["contributions"]:
        for one in part["observations"]:
            asked = urlencode({name: one[name] for name in ("feed", "uscc", "period")})
            (fact,) = platform.get("city-analyst", f"/v1/observations?{asked}")["data"]
            assert (fact["import_id"], fact["version"]) == (one["import_id"], one["version"])
            if one["import_id"] not in followed:
                taken = platform.get("city-analyst", f"/v1/imports/{one['import_id']}")
                assert taken["feed"] == one["feed"]
                followed.add(one["import_id"])
    assert followed
    told = platform.cli("--as", "officer-110118", "warnings", "explain", uscc, "--on", as_of)
    assert why["contributions"][0]["sentence"] in " ".join(told.split())
