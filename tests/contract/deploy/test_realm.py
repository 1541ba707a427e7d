"""Keycloak's realm: what each client may do, and that its tokens say what the gateway reads."""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from cli.identity.authorization import _SCOPE
from gateway.auth.sign_in import SCOPES
from gateway.console.desk import SIGNED_OUT
from gateway.settings import IdentitySettings
from launcher.identity.wanted import CLI, CLI_PORTS, CONSOLE, GATEWAY
from launcher.installation.secrets import AGENCIES, CONTAINERS, installation_secrets
from launcher.installation.written import client_variable, environments
from tests.contract.deploy.kustomize import Manifest
from tests.contract.deploy.objects import K8S, Workload, environment, of_kind

Realm = dict[str, Any]

_LONGEST_ACCESS: Final = 900  # seconds
_LONGEST_CODE: Final = 60  # FAPI 2.0
_TOKEN: Final = {"access.token.claim": "true"}


@pytest.fixture
def realm() -> Realm:
    """The realm as it is imported."""
    text = (K8S / "keycloak" / "realm.json").read_text(encoding="utf-8")
    found: Realm = json.loads(text)
    return found


def _clients(realm: Realm) -> dict[str, Any]:
    return {client["clientId"]: client for client in realm["clients"]}


def _mappers(realm: Realm, client: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Map each claim of a client's access tokens to what fills it."""
    scopes = {scope["name"]: scope for scope in realm["clientScopes"]}
    mappers = list(client.get("protocolMappers", []))
    for name in client["defaultClientScopes"]:
        mappers += scopes[name].get("protocolMappers", [])
    return {
        each["config"].get("claim.name", each["protocolMapper"]): each
        for each in mappers
        if _TOKEN.items() <= each["config"].items()
    }


def _faults(realm: Realm) -> Iterator[str]:  # noqa: C901, PLR0912 a list of rules
    """Name what weakens the realm, or what the gateway could not use."""
    audience = IdentitySettings.model_fields["client_id"].default
    if realm["sslRequired"] != "external":
        yield "tls"
    if realm["registrationAllowed"] or realm["rememberMe"] or realm["editUsernameAllowed"]:
        yield "people make themselves"  # the login name is who they are
    if not realm["bruteForceProtected"]:
        yield "passwords can be guessed"
    if realm["accessTokenLifespan"] > _LONGEST_ACCESS:
        yield "access tokens live long"
    if realm["accessCodeLifespan"] > _LONGEST_CODE:
        yield "codes live long"
    if not realm["revokeRefreshToken"] or realm["refreshTokenMaxReuse"]:
        yield "refresh tokens are used twice"
    for name, client in _clients(realm).items():
        if client["implicitFlowEnabled"]:
            yield f"{name}: implicit"
        if client["directAccessGrantsEnabled"]:
            yield f"{name}: password"
        if client["fullScopeAllowed"]:
            yield f"{name}: every role"
        if client["standardFlowEnabled"]:
            if client.get("attributes", {}).get("pkce.code.challenge.method") != "S256":
                yield f"{name}: PKCE"
            if any("*" in address for address in client["redirectUris"]):
                yield f"{name}: redirects anywhere"
            if client["serviceAccountsEnabled"]:
                yield f"{name}: person and machine"
        if not client["publicClient"] and not str(client.get("secret", "")).startswith("${"):
            yield f"{name}: secret"
        if not (client["standardFlowEnabled"] or client["serviceAccountsEnabled"]):
            continue  # gets no tokens
        claims = _mappers(realm, client)
        aimed = claims.get("oidc-audience-mapper", {}).get("config", {})
        if aimed.get("included.custom.audience") != audience:
            yield f"{name}: audience"
        subject = claims.get("sub", {}).get("config", {})
        if client["serviceAccountsEnabled"]:
            told = claims.get("client_id", {}).get("config", {}).get("user.session.note")
            if (subject.get("user.session.note"), told) != ("client_id", "client_id"):
                yield f"{name}: subject"
        elif subject.get("user.attribute") != "username" or subject["id.token.claim"] != "true":
            yield f"{name}: subject"


def test_the_realm_is_strict_and_says_what_the_gateway_reads(realm: Realm) -> None:
    assert list(_faults(realm)) == []


BREAKS: list[tuple[str, Callable[[Realm], Any]]] = [
    ("tls", lambda r: r.update(sslRequired="none")),
    ("people make themselves", lambda r: r.update(registrationAllowed=True)),
    ("passwords can be guessed", lambda r: r.update(bruteForceProtected=False)),
    ("access tokens live long", lambda r: r.update(accessTokenLifespan=864_000)),
    ("codes live long", lambda r: r.update(accessCodeLifespan=300)),
    ("refresh tokens are used twice", lambda r: r.update(revokeRefreshToken=False)),
    ("cli: implicit", lambda r: _clients(r)["cli"].update(implicitFlowEnabled=True)),
    ("cli: password", lambda r: _clients(r)["cli"].update(directAccessGrantsEnabled=True)),
    ("cli: every role", lambda r: _clients(r)["cli"].update(fullScopeAllowed=True)),
    ("cli: PKCE", lambda r: _clients(r)["cli"].pop("attributes")),
    ("console: redirects anywhere", lambda r: _clients(r)["console"]["redirectUris"].append("*")),
    (
        "console: person and machine",
        lambda r: _clients(r)["console"].update(serviceAccountsEnabled=True),
    ),
    ("console: secret", lambda r: _clients(r)["console"].update(secret="s3cret")),
    ("cli: audience", lambda r: _clients(r)["cli"].update(defaultClientScopes=["profile"])),
    (
        "agency-amr: subject",
        lambda r: _clients(r)["agency-amr"].update(defaultClientScopes=["person"]),
    ),
    ("cli: subject", lambda r: _clients(r)["cli"].update(defaultClientScopes=["partner"])),
]


@pytest.mark.parametrize(("told", "change"), BREAKS, ids=[told for told, _ in BREAKS])
def test_a_weaker_realm_is_found(told: str, change: Callable[[Realm], Any], realm: Realm) -> None:
    weaker = copy.deepcopy(realm)
    change(weaker)
    assert told in list(_faults(weaker))


def test_the_clients_are_those_that_the_platform_speaks_of(realm: Realm) -> None:
    clients = _clients(realm)
    assert set(clients) == {GATEWAY, CONSOLE, CLI, *AGENCIES}
    assert clients[CONSOLE]["redirectUris"] == ["${PUBLIC_URL}/console/callback"]
    assert clients[CONSOLE]["attributes"]["post.logout.redirect.uris"] == (
        f"${{PUBLIC_URL}}{SIGNED_OUT}"
    )
    assert clients[CLI]["redirectUris"] == [f"http://127.0.0.1:{p}/callback" for p in CLI_PORTS]
    assert clients[CLI]["publicClient"] is True


def test_every_scope_that_is_asked_for_may_be_asked_for(realm: Realm) -> None:
    """Keycloak refuses a sign-in that asks for a scope which the client does not have."""
    known = {scope["name"] for scope in realm["clientScopes"]} | {"openid"}
    clients = _clients(realm)
    for name, asked in ((CONSOLE, SCOPES), (CLI, _SCOPE.split())):
        own = {*clients[name]["defaultClientScopes"], *clients[name]["optionalClientScopes"]}
        assert set(asked) <= own | {"openid"}
    for client in clients.values():
        assert {*client["defaultClientScopes"], *client["optionalClientScopes"]} <= known


def test_every_variable_of_the_realm_is_given(
    realm: Realm, manifests: list[Manifest], tmp_path: Any
) -> None:
    wanted = set(re.findall(r"\$\{(\w+)\}", json.dumps(realm)))
    keycloak = Workload(of_kind(manifests, "Deployment")["keycloak"])
    assert wanted <= set(environment(keycloak, manifests))
    secrets = installation_secrets(tmp_path / "keep", CONTAINERS)
    assert wanted - {"PUBLIC_URL"} <= set(environments(secrets)["identity"])
    assert {client_variable(name) for name in AGENCIES} <= wanted


def test_keycloak_and_the_gateway_are_told_the_same_secrets(manifests: list[Manifest]) -> None:
    def origins(deployment: str) -> dict[str, Any]:
        [container] = of_kind(manifests, "Deployment")[deployment]["spec"]["template"]["spec"][
            "containers"
        ]
        return {each["name"]: each.get("valueFrom") for each in container["env"]}

    provider, gateway = origins("keycloak"), origins("gateway-api")
    assert provider["GATEWAY_CLIENT_SECRET"] == gateway["GATEWAY_IDENTITY__CLIENT_SECRET"]
    assert provider["CONSOLE_CLIENT_SECRET"] == gateway["GATEWAY_CONSOLE__CLIENT_SECRET"]
