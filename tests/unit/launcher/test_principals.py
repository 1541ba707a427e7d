"""Who may sign in, and what the identity provider is to know of them."""

from launcher.identity.wanted import Wanted, wanted_state
from launcher.principals import principals
from shared.auth.identity import Role
from shared.codes.divisions import DISTRICTS


def test_every_district_has_an_officer_and_a_lead() -> None:
    held = {
        (role, code)
        for one in principals().officers
        for role in one.roles
        if role != "assisting_department"
        for code in one.districts
    }
    codes = {district.code for district in DISTRICTS}

    assert len(codes) == 17
    assert held == {
        (role, code) for role in ("district_officer", "district_lead") for code in codes
    }


def test_the_city_has_its_three() -> None:
    city = {
        one.login: one.roles
        for one in principals().officers
        if not one.districts and one.roles != ("assisting_department",)
    }

    assert city == {
        "city-admin": ("city_admin",),
        "city-analyst": ("city_analyst",),
        "auditor": ("auditor",),
    }


def test_logins_are_told_apart_and_roles_are_known() -> None:
    who = principals()
    names = [one.login for one in who.officers]
    names += [one.client_id for one in who.agencies]
    names += [one.client_id for one in who.banks]
    names += [one.login for one in who.representatives]

    assert len(names) == len(set(names)) == 58
    assert {role for one in who.officers for role in one.roles} == {str(role) for role in Role}
    assert {one.client_id: one.feeds for one in who.agencies} == {
        "agency-hrss": (
            "insured_headcount",
            "layoff_report",
            "wage_arrears",
            "labour_dispute",
            "contract_renewal",
            "unemployment_claim",
            "si_deferral",
        ),
        "agency-amr": ("enterprise_register", "register_change", "affiliation"),
        "agency-opinion": ("opinion_item",),
        "agency-deit": ("protection_list",),
        "agency-power": ("electricity",),
        "agency-tax": ("invoices", "tax_arrears"),
        "agency-court": ("court_notice", "lawsuit"),
        "agency-hotline": ("hotline_call",),
        "agency-jobs": ("job_posting",),
        "agency-housing": ("rent_arrears",),
        "agency-utilities": ("utility_arrears",),
        "agency-finance": ("loan_overdue",),
    }


def test_the_wanted_state_survives_its_way_to_the_provider() -> None:
    wanted = wanted_state(
        principals(), gateway_url="http://127.0.0.1:1", password_of=lambda name: f"{name}!"
    )

    assert Wanted.of_json(wanted.as_json()) == wanted


def test_the_command_line_is_a_public_client_and_banks_cannot_push() -> None:
    wanted = wanted_state(
        principals(), gateway_url="http://127.0.0.1:1", password_of=lambda name: f"{name}!"
    )
    clients = {client.client_id: client for client in wanted.clients}

    assert clients["cli"].secret is None
    assert clients["console"].redirect_uris == ("http://127.0.0.1:1/console/callback",)
    assert clients["bank-a"].grant_types == ("client_credentials",)
    assert clients["bank-a"].scope == ("matches:read", "offers:write")
    assert clients["agency-amr"].scope == ("imports:write",)
