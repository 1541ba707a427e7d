"""History judged again through the gateway and the command line."""

import json
from datetime import timedelta

from tests.e2e.city import City
from tests.platform import NOW


def test_the_city_asks_how_right_its_warnings_were(city: City) -> None:
    platform = city.platform
    yesterday = (NOW - timedelta(days=1)).date()
    since = yesterday - timedelta(days=30)
    asked = ("--since", since.isoformat(), "--until", yesterday.isoformat())
    told = json.loads(
        platform.cli("--as", "city-analyst", "backtests", "run", *asked, "-o", "json")
    )
    assert (told["state"], told["since"], told["horizon_days"]) == ("ended", since.isoformat(), 90)
    assert told["judged"] == told["enterprises"] >= 4
    report = told["report"]
    # All that is known of these enterprises came today: on those days nobody could be warned.
    assert report["whole"]["every"]["warnings"] == 0
    assert {one["enterprises"] for one in report["ablation"]} == {0}
    assert len(report["ablation"]) == 10

    shown = platform.get("city-admin", f"/v1/backtests/{told['id']}")
    assert shown["report"] == report
    listed = platform.every("city-analyst", "/v1/backtests")
    assert told["id"] in {one["id"] for one in listed}
    table = platform.cli("--as", "city-analyst", "backtests", "show", told["id"])
    assert "employment" in table
    for path in ("/v1/backtests", f"/v1/backtests/{told['id']}"):
        assert platform.call("officer-110105", "GET", path).status_code == 403
    again = platform.call(
        "city-analyst", "POST", f"/v1/backtests/{told['id']}/cancellation", json={}
    )
    assert (again.status_code, again.json()["code"]) == (409, "backtest_ended")
