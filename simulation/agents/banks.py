"""Banks: their own judgement, from the pack that a firm permits them to read and nothing else."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from simulation.agents.ways import Banks
from simulation.demo.doors import Door

Pack = Mapping[str, Any]

_YEAR_MONTHS: Final = 12
_DAYS_OF_YEAR: Final = 365
_STEP: Final = Decimal(10_000)
_SENT, _ACCEPTED, _APPROVED = "sent", "accepted", "approved"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a bank makes of a pack: an amount, or the code of a refusal."""

    amount: Decimal | None
    code: str | None = None


def judge(pack: Pack, day: date, ways: Banks) -> Verdict:
    """Judge an enterprise as a borrower."""
    registration, need = pack.get("registration"), pack.get("financing_need")
    heads = _known(pack.get("insured_headcount"), "insured_headcount")
    if not registration or not need or not heads:
        return Verdict(None, "data_insufficient")
    founded = registration["established_on"]
    if founded and (day - date.fromisoformat(founded)).days < ways.years_least * _DAYS_OF_YEAR:
        return Verdict(None, "short_history")
    now, before = heads[-1], heads[max(0, len(heads) - 1 - _YEAR_MONTHS)]
    if now == 0:
        return Verdict(None, "not_operating")
    if 100 * (before - now) > ways.most_fall_percent * before:
        return Verdict(None, "cashflow_insufficient")
    owed = _known(pack.get("contributions"), "months_in_arrears")
    if owed and owed[-1] > ways.most_months_in_arrears:
        return Verdict(None, "adverse_credit")
    bearable = Decimal(ways.most_per_head) * now
    amount = min(Decimal(need["amount"]), bearable)
    return Verdict((amount / _STEP).to_integral_value(rounding="ROUND_DOWN") * _STEP)


class Bank:
    """One bank at its door."""

    def __init__(self, door: Door, *, ways: Banks) -> None:
        self._door = door
        self._ways = ways
        self._due: dict[str, date] = {}

    def offer(self, products: Sequence[Mapping[str, object]]) -> None:
        """Put the bank's products in place."""
        for product in products:
            terms = {name: value for name, value in product.items() if name not in _OWN}
            terms.setdefault("policy_tag", None)
            self._door.put(
                f"/v1/products/{product['code']}", terms, key=f"product/{product['code']}"
            )

    def work(self, day: date, chosen: frozenset[str]) -> list[tuple[str, Decimal]]:
        """Answer, decide, sign with whoever chose us, and pay out.

        `chosen` are the referrals whose firms took our offer. Returns what was drawn, by
        enterprise.
        """
        drawn: list[tuple[str, Decimal]] = []
        referrals = self._door.every("/v1/referrals", state=(_SENT, _ACCEPTED, _APPROVED))
        for referral in sorted(referrals, key=lambda one: one["id"]):
            due = self._due.setdefault(
                f"{referral['id']}/{referral['state']}", day + self._after(referral["state"])
            )
            if referral["state"] == _APPROVED:
                if referral["id"] in chosen and due <= day:
                    drawn.append(self._sign(referral, day))
            elif due <= day:
                self._answer(referral, day)
        return drawn

    def _answer(self, referral: Mapping[str, Any], day: date) -> None:
        path = f"/v1/referrals/{referral['id']}"
        pack = self._door.get(path)["pack"]
        if referral["state"] == _SENT:
            # Without a pack the authorisation is over, and with it what could be taken up.
            if pack is not None:
                self._door.post(f"{path}/answer", {"accept": True}, key=f"answer/{referral['id']}")
            return
        verdict = judge(pack or {}, day, self._ways)
        body: dict[str, object] = {"approved": False, "code": verdict.code}
        if verdict.amount is not None and verdict.amount > 0:
            rate = self._product(referral)["annual_rate_percent"]
            body = {
                "approved": True,
                "amount": str(verdict.amount),
                "annual_rate_percent": str(rate),
            }
        elif verdict.code is None:
            body["code"] = "amount_outside"
        self._door.post(f"{path}/decision", body, key=f"decide/{referral['id']}")

    def _sign(self, referral: Mapping[str, Any], day: date) -> tuple[str, Decimal]:
        path = f"/v1/referrals/{referral['id']}"
        pack = self._door.get(path)["pack"]
        jobs = _known(pack["insured_headcount"], "insured_headcount")[-1]
        amount = Decimal(referral["approved_amount"])
        contract = self._door.post(
            f"{path}/contract",
            {
                "amount": str(amount),
                "tenor_months": pack["financing_need"]["tenor_months"],
                "annual_rate_percent": str(referral["approved_rate_percent"]),
                "signed_on": day.isoformat(),
                "jobs_committed": jobs,
            },
            key=f"sign/{referral['id']}",
        )
        self._door.post(
            f"/v1/contracts/{contract['id']}/drawdowns",
            {"amount": str(amount), "drawn_on": day.isoformat()},
            key=f"draw/{contract['id']}",
        )
        return contract["uscc"], amount

    def _product(self, referral: Mapping[str, Any]) -> Mapping[str, Any]:
        terms: Mapping[str, Any] = self._door.get(f"/v1/products/{referral['product']}")["terms"]
        return terms

    def _after(self, state: str) -> timedelta:
        return timedelta(
            days={
                _SENT: self._ways.answer_after_days,
                _ACCEPTED: self._ways.decide_after_days,
                _APPROVED: self._ways.sign_after_days,
            }[state]
        )


_OWN: Final = frozenset({"bank", "code"})


def products() -> Sequence[Mapping[str, object]]:
    """Read what the banks of the demo offer."""
    read = tomllib.loads((files(__package__) / "products.toml").read_text(encoding="utf-8"))
    found: Sequence[Mapping[str, object]] = read["products"]
    return found


def _known(rows: Sequence[Mapping[str, Any]] | None, name: str) -> list[int]:
    return [int(row[name]) for row in rows or () if row[name] is not None]
