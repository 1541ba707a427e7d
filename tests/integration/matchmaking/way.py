"""A candidate brought on its way to a loan by calls of the API, step by step."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.auth.identity import Caller, CallerKind, Role
from shared.calendar import SHANGHAI
from shared.clock import set_replay
from shared.db import Sessions
from shared.events.ingest import (
    EnterprisesChanged,
    ObservationsRecorded,
    Operation,
    ProtectionListKind,
    ProtectionListPublished,
)
from shared.ids import uuid7
from tests.integration.matchmaking.conftest import BANK_A, BANK_B, Api
from tests.integration.matchmaking.told import partner, raised, tell

FIRM = "91110105MA00000004"
CHAOYANG = frozenset({"110105"})
# A Thursday: two working days later is Monday, the 10th.
START = datetime(2020, 8, 6, 9, 0, tzinfo=SHANGHAI)
ADMIN = Caller("wang", CallerKind.OFFICER, "王", frozenset({Role.CITY_ADMIN}), CHAOYANG)
OFFICER = Caller("huang", CallerKind.OFFICER, "黄", frozenset({Role.DISTRICT_OFFICER}), CHAOYANG)
LEAD = Caller("zhou", CallerKind.OFFICER, "周", frozenset({Role.DISTRICT_LEAD}), CHAOYANG)
REPRESENTATIVE = Caller("firm-1", CallerKind.ENTERPRISE, "孙", usccs=frozenset({FIRM}))
PASSED = {
    "operates_lawfully": True,
    "has_premises": True,
    "needs_financing": True,
    "has_good_credit": True,
    "purpose_is_lawful": True,
}
PRODUCT: dict[str, Any] = {
    "name": "稳岗贷",
    "borrower_sizes": ["small", "micro"],
    "industries": ["65"],
    "districts": ["110105"],
    "amount_min": "1000000.00",
    "amount_max": "5000000.00",
    "tenor_min_months": 6,
    "tenor_max_months": 18,
    "annual_rate_percent": "3.6000",
    "guarantees": ["credit"],
    "first_loan": False,
    "quota": "6000000.00",
    "valid_from": "2020-07-01",
    "valid_until": "2020-12-31",
    "policy_tag": "job_retention_loan",
}
NEED: dict[str, Any] = {
    "amount": "3000000.00",
    "tenor_months": 12,
    "purpose": "发放工资",
    "needed_by": "2020-09-30",
    "jobs_to_keep": 40,
    "guarantees": [],
    "has_loans": False,
}
EVERYTHING = ["registration", "insured_headcount", "contributions", "financing_need"]


def registered(uscc: str = FIRM, *, name: str = "北京甲有限公司") -> EnterprisesChanged:
    """Return the fact that the register has a software enterprise in Chaoyang."""
    return EnterprisesChanged(
        import_id=uuid7(),
        received_at=START,
        uscc=(uscc,),
        version=(1,),
        name=(name,),
        district=("110105",),
        street=(None,),
        industry=("6513",),
        status=("active",),
        established_on=(date(2015, 3, 2),),
        registered_capital=(None,),
    )


def insured(*months: tuple[str, int], uscc: str = FIRM, version: int = 1) -> ObservationsRecorded:
    """Return the fact that so many were insured in these months."""
    many = len(months)
    return ObservationsRecorded(
        feed="insured_headcount",
        import_id=uuid7(),
        received_at=START,
        uscc=(uscc,) * many,
        period=tuple(month for month, _ in months),
        operation=(Operation.RECORD,) * many,
        version=(version,) * many,
        values={
            "insured_headcount": tuple(count for _, count in months),
            "months_in_arrears": (1,) * many,
            "due": ("1000.50",) * many,
            "paid": ("900.00",) * many,
        },
    )


def listed(
    uscc: str = FIRM,
    kind: ProtectionListKind = ProtectionListKind.KEY,
    *,
    edition: str = "2020-1",
    operation: Operation = Operation.RECORD,
    version: int = 1,
    valid_from: date = date(2020, 8, 1),
    valid_until: date | None = None,
    received_at: datetime = START,
) -> ProtectionListPublished:
    """Return the fact that an edition of a list has an enterprise."""
    return ProtectionListPublished(
        import_id=uuid7(),
        received_at=received_at,
        uscc=(uscc,),
        list_kind=(kind,),
        edition=(edition,),
        operation=(operation,),
        version=(version,),
        valid_from=(valid_from,),
        valid_until=(valid_until,),
    )


@dataclass
class Way:
    """The API with a clock, and what has been brought about so far."""

    api: Api
    worker: Sessions
    clock: Path
    now: datetime = START
    candidate: str = ""
    referral: str = ""
    contract: str = ""
    said: list[dict[str, Any]] = field(default_factory=list)

    def at(self, moment: datetime) -> None:
        """Let it be another time."""
        self.now = moment
        set_replay(self.clock, moment)

    async def ask(
        self, caller: Caller, method: str, path: str, body: object = None, *, status: int = 0
    ) -> Any:
        """Ask as somebody; return what is answered, with the status that is expected."""
        more: dict[str, Any] = {} if body is None else {"json": body}
        answer = await self.api.ask(caller, method, path, **more)
        expected = status or {"GET": 200, "PUT": 200}.get(method, 0)
        assert answer.status_code == expected or (
            not expected and answer.status_code in {200, 201}
        ), answer.text
        return answer.json()

    async def open(self) -> None:
        """Let a protected enterprise be warned of, and two banks offer products."""
        self.at(self.now)
        await tell(self.worker, partner("bank-a", name="甲银行"), partner("bank-b", name="乙银行"))
        await tell(self.worker, registered(), insured(("2020-06", 48), ("2020-07", 45)))
        await tell(self.worker, listed(), raised(), now=self.now)
        for bank in (BANK_A, BANK_B):
            answer = await self.api.ask(bank, "PUT", "/v1/products/steady", json=PRODUCT)
            assert answer.status_code == 201, answer.text
        (one,) = (await self.ask(ADMIN, "GET", "/v1/candidates"))["data"]
        self.candidate = f"/v1/candidates/{one['id']}"

    async def invite(self) -> None:
        """Let a review find it viable, and invite it to a round."""
        review = {"finding": "viable_short_of_cash", "tests": PASSED, "note": "订单充足"}
        await self.ask(OFFICER, "POST", f"{self.candidate}/review", review)
        meeting = {"title": "首贷专场", "held_on": "2020-08-20"}
        opened = await self.ask(ADMIN, "POST", "/v1/rounds", meeting)
        ids = {"candidates": [self.candidate.rsplit("/", 1)[1]]}
        await self.ask(ADMIN, "POST", f"/v1/rounds/{opened['id']}/invitations", ids)

    async def authorize(self, *, banks: object = "all", items: list[str] | None = None) -> Any:
        """Let the enterprise itself authorise banks."""
        body = {
            "items": items or EVERYTHING,
            "banks": banks,
            "purpose": "稳岗贷款",
            "valid_until": "2020-10-31",
        }
        return await self.ask(REPRESENTATIVE, "POST", f"{self.candidate}/authorizations", body)

    async def refer(self, bank: str = "bank-a") -> str:
        """Let the enterprise say what it needs, and choose a bank's product."""
        state = (await self.ask(ADMIN, "GET", self.candidate))["state"]
        if state == "authorized":
            await self.ask(REPRESENTATIVE, "PUT", f"{self.candidate}/need", NEED)
        chosen = {"bank": bank, "product": "steady"}
        sent = await self.ask(REPRESENTATIVE, "POST", f"{self.candidate}/referrals", chosen)
        self.referral = f"/v1/referrals/{sent['id']}"
        return self.referral

    async def sign(self, *, jobs: int = 40) -> None:
        """Let the bank read the pack, take the referral up, grant credit and sign."""
        await self.ask(BANK_A, "GET", self.referral)
        await self.ask(BANK_A, "POST", f"{self.referral}/answer", {"accept": True})
        granted = {"approved": True, "amount": "2500000", "annual_rate_percent": "3.5"}
        await self.ask(BANK_A, "POST", f"{self.referral}/decision", granted)
        signed = {
            "amount": "2500000",
            "tenor_months": 12,
            "annual_rate_percent": "3.5",
            "signed_on": self.now.date().isoformat(),
            "jobs_committed": jobs,
        }
        made = await self.ask(BANK_A, "POST", f"{self.referral}/contract", signed)
        self.contract = f"/v1/contracts/{made['id']}"

    async def state(self) -> str:
        """Return where the candidate stands."""
        return str((await self.ask(ADMIN, "GET", self.candidate))["state"])
