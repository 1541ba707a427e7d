"""Every refusal is a problem (RFC 9457): in the right place, language and code, never leaking."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator
from starlette.testclient import TestClient

from shared.pagination import Pages
from shared.problems import Problem, install, responses

MAX_BYTES = 200_000


class CaseNotFound(Exception):
    """As a service's domain has it: attributes are the fields of the text."""

    def __init__(self, limit: int) -> None:
        super().__init__("SELECT secret FROM cases")
        self.limit = limit


class RowsRefused(Exception):
    """A refusal by rows."""

    def __init__(self) -> None:
        self.values = {"count": 2}
        self.errors = [
            {"row": 3, "column": "人数", "code": "too_small", "values": {"limit": 0}},
            {"row": 9, "column": "uscc", "code": "missing"},
        ]


class Busy(Exception):
    """A refusal that says when to come again."""

    def __init__(self, seconds: object) -> None:
        self.seconds = seconds


PROBLEMS = {
    CaseNotFound: Problem(404, "body_too_large"),
    RowsRefused: Problem(422, "validation_failed"),
    Busy: Problem(429, "too_many_requests", headers={"Retry-After": "{seconds}"}),
}


class Level(StrEnum):
    RED = "red"
    BLUE = "blue"


class OddNumber(ValueError):
    code = "not_a_multiple"
    values: ClassVar = {"limit": 2}


class Circle(BaseModel):
    kind: Literal["circle"]
    radius: int


class Square(BaseModel):
    kind: Literal["square"]
    side: int


class Record(BaseModel):
    model_config = ConfigDict(extra="forbid")

    uscc: Annotated[str, Field(min_length=2, max_length=18, pattern="^[0-9A-Z]+$")] = "A1"
    headcount: Annotated[int, Field(ge=0, lt=1000)] = 0
    wages: Annotated[Decimal, Field(max_digits=5, decimal_places=2)] = Decimal(0)
    day: date = date(2026, 1, 1)
    at: AwareDatetime = datetime.fromisoformat("2026-01-01T00:00:00+08:00")
    level: Level = Level.RED
    grade: Literal["a", "b"] = "a"
    ratio: float = 0.5
    open: bool = True
    id: UUID = UUID(int=0)
    names: list[str] = []
    password: int = 0
    shape: Annotated[Circle | Square, Field(discriminator="kind")] | None = None
    either: int | list[int] = 0

    @field_validator("names")
    @classmethod
    def _not_too_odd(cls, names: list[str]) -> list[str]:
        if names == ["odd"]:
            raise OddNumber
        if names == ["secret"]:
            raise ValueError("pydantic would send this sentence")
        return names


class Batch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    records: list[Record] = []
    free: Any = None


class Filters(BaseModel):
    status: str | None = None
    district: str | None = None


def _audience(audience: str | None = None) -> str | None:
    return audience


def _app() -> FastAPI:
    app = FastAPI()
    install(app, PROBLEMS, max_body_bytes=MAX_BYTES)
    router = APIRouter(prefix="/v1")

    @router.post("/batches", status_code=202)
    async def take(batch: Batch) -> int:
        return len(batch.records)

    @router.get("/cases", responses=responses(PROBLEMS, CaseNotFound, Busy))
    async def cases(filters: Annotated[Filters, Query()], page: Pages) -> str | None:
        return f"{filters.district} {page.limit}"

    @router.get("/cases/{case_id}")
    async def case(case_id: UUID, q: str | None = None) -> str:
        return f"{case_id} {q}"

    @router.get("/refused/{how}")
    async def refuse(how: str) -> None:
        refusals: dict[str, Exception] = {
            "domain": CaseNotFound(7),
            "rows": RowsRefused(),
            "busy": Busy(30),
            "injected": Busy("1\r\nSet-Cookie: a=b 忙"),
            "teapot": HTTPException(418, "I am a teapot"),
            "unauthenticated": HTTPException(401, headers={"WWW-Authenticate": "Bearer"}),
            "bug": RuntimeError("password=hunter2 in row 110101199003070134"),
            "unreachable": HTTPException(502, "10.0.0.3 refused"),
            "unmodified": HTTPException(304, headers={"ETag": '"7"'}),
        }
        raise refusals[how]

    app.include_router(router, dependencies=[Depends(_audience)])
    return app


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(_app(), raise_server_exceptions=False) as made:
        yield made


def _post(client: TestClient, content: str | bytes, **headers: str) -> tuple[int, Any]:
    response = client.post(
        "/v1/batches", content=content, headers={"Content-Type": "application/json", **headers}
    )
    return response.status_code, response.json()


def test_a_problem_has_all_members_of_rfc_9457(client: TestClient) -> None:
    response = client.get("/v1/refused/domain", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"
    assert response.headers["vary"] == "Accept-Language"
    assert response.json() == {
        "type": "/problems/body_too_large",
        "title": "The body is too large",
        "status": 404,
        "detail": "The body exceeds the limit of 7 bytes; send it in parts.",
        "instance": "/v1/refused/domain",
        "code": "body_too_large",
    }


def test_the_language_is_chinese_unless_asked_otherwise(client: TestClient) -> None:
    response = client.get("/v1/refused/domain")
    assert response.headers["content-language"] == "zh-CN"
    assert response.json()["title"] == "请求内容过大"


def test_row_errors_are_told_in_the_language_of_the_request(client: TestClient) -> None:
    assert client.get("/v1/refused/rows").json()["errors"] == [
        {"row": 3, "column": "人数", "code": "too_small", "message": "不得小于 0"},
        {"row": 9, "column": "uscc", "code": "missing", "message": "必填，但未提供"},
    ]


def test_headers_of_a_problem_carry_its_values(client: TestClient) -> None:
    assert client.get("/v1/refused/busy").headers["retry-after"] == "30"


def test_a_header_cannot_be_split_by_a_value(client: TestClient) -> None:
    response = client.get("/v1/refused/injected")
    assert response.status_code == 429
    assert response.headers["retry-after"] == "1Set-Cookie: a=b ?"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [("teapot", 418, "request_refused"), ("unreachable", 502, "internal")],
)
def test_a_status_without_a_problem_of_its_own(
    client: TestClient, how: str, status: int, code: str
) -> None:
    response = client.get(f"/v1/refused/{how}")
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert "I am a" not in response.text
    assert "10.0.0.3" not in response.text


def test_headers_of_an_http_exception_stay(client: TestClient) -> None:
    response = client.get("/v1/refused/unauthenticated")
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.json()["code"] == "unauthenticated"


def test_what_is_no_refusal_stays_bare(client: TestClient) -> None:
    response = client.get("/v1/refused/unmodified")
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == '"7"'


def test_a_bug_is_a_500_that_says_nothing_of_it(
    client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    response = client.get("/v1/refused/bug")
    assert (response.status_code, response.json()["code"]) == (500, "internal")
    assert "hunter2" not in response.text
    assert "RuntimeError" not in response.text
    assert "RuntimeError" in capsys.readouterr().out


def test_no_such_address_and_no_such_method(client: TestClient) -> None:
    missing = client.get("/v1/nothing/%E7%A8%B3")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert missing.json()["instance"] == "/v1/nothing/%E7%A8%B3"
    refused = client.delete("/v1/cases")
    assert (refused.status_code, refused.json()["code"]) == (405, "method_not_allowed")
    assert refused.headers["allow"] == "GET"


FAULTS: list[tuple[dict[str, Any], str, str, str]] = [
    ({"uscc": 7}, "/uscc", "not_text", "应为文本"),
    ({"uscc": "A"}, "/uscc", "too_short", "长度不得少于 2"),
    ({"uscc": "A" * 19}, "/uscc", "too_long", "长度不得超过 18"),
    ({"uscc": "a b"}, "/uscc", "pattern", "格式不符合要求"),
    ({"headcount": -1}, "/headcount", "too_small", "不得小于 0"),
    ({"headcount": 1000}, "/headcount", "must_be_below", "应小于 1000"),
    ({"headcount": "many"}, "/headcount", "not_an_integer", "应为整数"),
    ({"headcount": 1.5}, "/headcount", "not_an_integer", "应为整数"),
    ({"headcount": None}, "/headcount", "not_an_integer", "应为整数"),
    ({"wages": "x"}, "/wages", "not_a_number", "应为数字"),
    ({"wages": "NaN"}, "/wages", "not_finite", "应为有限的数字"),
    ({"wages": "1.234"}, "/wages", "too_many_decimals", "小数位数不得超过 2"),
    ({"wages": "123456"}, "/wages", "too_many_digits", "数字位数不得超过 5"),
    ({"day": "2026-02-30"}, "/day", "not_a_date", "应为日期，例如 2026-11-23"),
    ({"at": "2026-01-01T00:00:00"}, "/at", "no_time_zone", "时间缺少时区，例如 +08:00"),
    ({"at": "noon"}, "/at", "not_an_instant", "应为带时区的时间，例如 2026-11-23T08:00:00+08:00"),
    ({"level": "green"}, "/level", "not_allowed", "只能为：red, blue"),
    ({"grade": "c"}, "/grade", "not_allowed", "只能为：a, b"),
    ({"ratio": "half"}, "/ratio", "not_a_number", "应为数字"),
    ({"open": "perhaps"}, "/open", "not_a_boolean", "应为 true 或 false"),
    ({"id": "7"}, "/id", "not_an_identifier", "不是有效的标识符"),
    ({"names": "x"}, "/names", "not_a_list", "应为列表"),
    ({"names": ["x", 1]}, "/names/1", "not_text", "应为文本"),
    ({"names": ["odd"]}, "/names", "not_a_multiple", "应为 2 的倍数"),
    ({"names": ["secret"]}, "/names", "invalid", "值不符合要求"),
    ({"a/b~c": 1}, "/a~1b~0c", "unknown_field", "不认识的字段"),
    ({"shape": 1}, "/shape", "not_an_object", "应为对象"),
    ({"shape": {}}, "/shape", "missing", "必填，但未提供"),
    ({"shape": {"kind": "star"}}, "/shape", "not_allowed", "只能为：circle, square"),
    ({"shape": {"kind": "circle"}}, "/shape/radius", "missing", "必填，但未提供"),
    ({"shape": {"kind": "circle", "radius": "x"}}, "/shape/radius", "not_an_integer", "应为整数"),
]


@pytest.mark.parametrize(("record", "pointer", "code", "message"), FAULTS)
def test_a_fault_in_the_body_has_a_pointer_a_code_and_our_text(
    client: TestClient, record: dict[str, Any], pointer: str, code: str, message: str
) -> None:
    status, problem = _post(client, json.dumps({"records": [{}, record]}))
    assert (status, problem["code"]) == (422, "validation_failed")
    [error] = problem["errors"]
    error.pop("value", None)
    assert error == {"pointer": f"/records/1{pointer}", "code": code, "message": message}


def test_both_branches_of_a_union_point_at_the_same_place(client: TestClient) -> None:
    _, problem = _post(client, '{"records": [{"either": "x"}]}')
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [
        ("/records/0/either", "not_an_integer"),
        ("/records/0/either", "not_a_list"),
    ]


def test_a_body_that_is_no_object(client: TestClient) -> None:
    for body in ("null", "[]", '"x"', "7"):
        status, problem = _post(client, body)
        assert (status, problem["code"]) == (422, "validation_failed")
        assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == (
            "",
            "not_an_object",
        )


def test_a_body_that_is_not_there(client: TestClient) -> None:
    status, problem = _post(client, "")
    assert (status, problem["errors"]) == (
        422,
        [{"pointer": "", "code": "missing", "message": "必填，但未提供"}],
    )


def test_values_are_echoed_cut_short_and_never_secrets(client: TestClient) -> None:
    record = {"headcount": "9" * 500, "password": "hunter2", "day": "110101199003070134"}
    _, problem = _post(client, json.dumps({"records": [record]}))
    shown = {error["pointer"]: error.get("value") for error in problem["errors"]}
    assert shown == {
        "/records/0/headcount": "9" * 80 + "…",
        "/records/0/password": None,
        "/records/0/day": "110***************",
    }


def test_no_more_than_a_hundred_errors_are_told_but_all_are_counted(client: TestClient) -> None:
    _, problem = _post(client, json.dumps({"records": [{"headcount": -1}] * 150}))
    assert len(problem["errors"]) == 100
    assert problem["detail"] == "共 150 处不符合要求。"


def test_broken_json_says_where(client: TestClient) -> None:
    status, problem = _post(client, '{"records": ', **{"Accept-Language": "en"})
    assert (status, problem["code"]) == (422, "body_unreadable")
    assert problem["errors"] == [
        {"pointer": "", "code": "not_json", "message": "not valid JSON (near character 12)"}
    ]


UNREADABLE = {
    "deep lists": "[" * 60_000,
    "deep objects": '{"free":' * 5_000 + "1" + "}" * 5_000,
    "deep but parseable": '{"free":' + "[" * 300 + "]" * 300 + "}",
    "a number of 5,000 digits": '{"free":' + "9" * 5_000 + "}",
    "not a number": '{"free": NaN}',
    "infinite": '{"free": -Infinity}',
    "a lone surrogate": '{"free": "\\ud800"}',
    "a lone surrogate as a field": '{"\\udfff": 1}',
    "not UTF-8": b'{"free": "\xff"}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_hostile_json_is_refused(client: TestClient, body: str | bytes) -> None:
    status, problem = _post(client, body)
    assert (status, problem["code"]) == (422, "body_unreadable")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ('{"free": "a\\u0000b"}', "/free", "unsafe_character"),
        ('{"free": [1, {"x/y": "\\u0000"}]}', "/free/1/x~1y", "unsafe_character"),
        ('{"free": {"\\u0000": 1}}', "/free", "unsafe_character"),
        ('{"free": 1e400}', "/free", "not_finite"),
        ('{"free": [-1E+999]}', "/free/0", "not_finite"),
    ],
)
def test_json_that_no_table_could_keep_is_refused_with_its_place(
    client: TestClient, body: str, pointer: str, code: str
) -> None:
    status, problem = _post(client, body)
    assert (status, problem["code"]) == (422, "validation_failed")
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "body", ['{"free": "\\\\u0000"}', '{"free": "1E400"}', '{"free": 1e-400}', '{"free": 1e300}']
)
def test_what_only_looks_hostile_is_taken(client: TestClient, body: str) -> None:
    assert _post(client, body) == (202, 0)


def test_a_large_number_in_the_body_is_a_fault_not_a_failure(client: TestClient) -> None:
    status, problem = _post(client, '{"records": [{"headcount": ' + "9" * 4_000 + "}]}")
    assert (status, problem["errors"][0]["pointer"]) == (422, "/records/0/headcount")


def test_another_content_type_is_refused(client: TestClient) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        status, problem = _post(client, "{}", **{"Content-Type": content_type})
        assert (status, problem["code"]) == (415, "unsupported_media_type")
    assert _post(client, "{}", **{"Content-Type": "Application/JSON; charset=utf-8"}) == (202, 0)


def test_a_body_over_the_limit_is_refused_before_and_while_it_is_read(client: TestClient) -> None:
    status, problem = _post(client, b" " * (MAX_BYTES + 1))
    assert (status, problem["code"]) == (413, "body_too_large")
    assert problem["detail"] == "请求内容超过上限 200000 字节，请分批提交。"

    def chunks() -> Iterator[bytes]:
        yield from [b" " * 1_000] * 201

    streamed = client.post(
        "/v1/batches", content=chunks(), headers={"Content-Type": "application/json"}
    )
    assert "content-length" not in streamed.request.headers
    assert (streamed.status_code, streamed.json()) == (413, problem)


def test_a_length_that_is_no_number_to_convert(client: TestClient) -> None:
    status, problem = _post(client, "{}", **{"Content-Length": "9" * 5_000})
    assert (status, problem["code"]) == (413, "body_too_large")


def test_a_body_at_the_limit_is_taken(client: TestClient) -> None:
    assert _post(client, b"{}" + b" " * (MAX_BYTES - 2)) == (202, 0)


@pytest.mark.parametrize(
    ("query", "parameter", "place", "code"),
    [
        ("/v1/cases?limit=0", "limit", "query", "too_small"),
        ("/v1/cases?limit=201", "limit", "query", "too_large"),
        ("/v1/cases?limit=ten", "limit", "query", "not_an_integer"),
        ("/v1/cases?cursor=" + "a" * 2_001, "cursor", "query", "too_long"),
        ("/v1/cases?distrikt=110105", "distrikt", "query", "unknown_parameter"),
        ("/v1/cases?district=%00", "district", "query", "unsafe_character"),
        ("/v1/cases/not-a-uuid", "case_id", "path", "not_an_identifier"),
    ],
)
def test_a_fault_in_a_parameter_is_a_400(
    client: TestClient, query: str, parameter: str, place: str, code: str
) -> None:
    response = client.get(query)
    assert (response.status_code, response.json()["code"]) == (400, "parameters_refused")
    [error] = response.json()["errors"]
    assert (error["parameter"], error["in"], error["code"]) == (parameter, place, code)


def test_known_parameters_are_those_of_the_endpoint_its_models_and_its_routers(
    client: TestClient,
) -> None:
    response = client.get("/v1/cases?district=110105&status=open&limit=7&audience=me")
    assert (response.status_code, response.json()) == (200, "110105 7")


def test_a_code_without_a_text_is_found_at_the_start() -> None:
    with pytest.raises(ValueError, match="no_such_problem"):
        Problem(404, "no_such_problem")


def test_the_document_tells_problems_and_nothing_of_fastapi(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document == client.get("/openapi.json").json()
    cases = document["paths"]["/v1/cases"]["get"]["responses"]
    schema = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert cases["404"] == {"description": "body_too_large", "content": schema}
    assert cases["429"] == {"description": "too_many_requests", "content": schema}
    assert set(document["paths"]["/v1/batches"]["post"]["responses"]) == {
        *("202", "400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "500")
    }
    problem = document["components"]["schemas"]["Problem"]
    assert set(problem["required"]) == {"type", "title", "status", "detail", "instance", "code"}
    assert document["components"]["responses"]["Problem"]["content"] == schema
    assert "HTTPValidationError" not in json.dumps(document)
