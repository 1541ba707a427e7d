"""A list is narrowed to a district that exists; anything else is refused, not answered empty."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from shared.districts import DistrictQuery
from shared.problems import install

app = FastAPI()
install(app)


@app.get("/rows")
def rows(district: DistrictQuery = None) -> str | None:
    """Tell the district that was asked for."""
    return district


def test_districts_of_today_and_none_are_taken() -> None:
    with TestClient(app) as client:
        assert client.get("/rows").json() is None
        assert client.get("/rows", params={"district": "110105"}).json() == "110105"
        assert client.get("/rows", params={"district": "1101K1"}).json() == "1101K1"


@pytest.mark.parametrize("said", ["朝阳区", "110000", "110103", "310115", ""])
def test_what_is_no_district_of_today_is_refused_by_its_parameter(said: str) -> None:
    with TestClient(app) as client:
        answer = client.get("/rows", params={"district": said})

    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "parameters_refused"
    assert problem["detail"] == "共 1 个参数不符合要求。"
    [fault] = problem["errors"]
    assert (fault["parameter"], fault["code"]) == ("district", "division_unknown")
