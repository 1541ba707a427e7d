"""Brings canaille's users, groups and clients to the wanted state, touching only what changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from canaille.app import models
from canaille.backends import Backend

from launcher.files import write_private
from launcher.identity.wanted import GATEWAY, Client, User, Wanted

Record = Any  # canaille is untyped
Digests = Mapping[str, Mapping[str, str]]  # kind -> name -> digest of what is wanted


def is_due(wanted: Wanted, memory: Path) -> bool:
    """Say whether anything differs from what `memory` says was applied last."""
    return _read(memory) != _digests(wanted)


def provision(wanted: Wanted, memory: Path) -> None:
    """Create what is missing, change what differs, delete what we made and no longer want.

    Runs inside the application's context and a backend session.
    """
    before, after = _read(memory), _digests(wanted)
    groups = {name: _group(name) for name in wanted.groups}
    for user in wanted.users:
        if before["user"].get(user.user_name) != after["user"][user.user_name]:
            _user(user, groups)
    clients = [
        client
        for client in wanted.clients
        if before["client"].get(client.client_id) != after["client"][client.client_id]
    ]
    for client in clients:
        _client(client, wanted.client_uri)
    # An audience has to exist: it is named once all clients do.
    for client in clients:
        _audience(client)
    for name in before["user"].keys() - after["user"].keys():
        _delete(_find(models.User, user_name=name))
    for name in before["client"].keys() - after["client"].keys():
        _delete(_find(models.Client, client_id=name))
    write_private(memory, json.dumps(after))


def _group(name: str) -> Record:
    group = _find(models.Group, display_name=name)
    if group is None:
        group = models.Group(display_name=name)
        Backend.instance.save(group)
    return group


def _user(wanted: User, groups: Mapping[str, Record]) -> None:
    user = _find(models.User, user_name=wanted.user_name)
    if user is None:
        user = models.User(user_name=wanted.user_name)
    user.family_name = wanted.family_name
    user.given_name = wanted.given_name
    user.formatted_name = wanted.formatted_name
    user.title = wanted.title
    user.password = wanted.password
    user.groups = [groups[name] for name in wanted.groups]
    Backend.instance.save(user)


def _client(wanted: Client, client_uri: str) -> None:
    client = _find(models.Client, client_id=wanted.client_id)
    if client is None:
        client = models.Client(client_id=wanted.client_id, client_id_issued_at=datetime.now(UTC))
    client.client_name = wanted.name
    client.client_uri = client_uri
    client.client_secret = wanted.secret
    client.token_endpoint_auth_method = "client_secret_basic" if wanted.secret else "none"
    client.grant_types = list(wanted.grant_types)
    client.response_types = ["code"] if wanted.redirect_uris else []
    client.redirect_uris = list(wanted.redirect_uris)
    client.post_logout_redirect_uris = list(wanted.sign_out_uris)
    client.scope = list(wanted.scope)
    client.id_token_signed_response_alg = "RS256"  # noqa: S105  an algorithm
    Backend.instance.save(client)


def _audience(wanted: Client) -> None:
    """Let the gateway introspect the client's tokens: only a token's audience may."""
    client = _find(models.Client, client_id=wanted.client_id)
    gateway = _find(models.Client, client_id=GATEWAY)
    client.audience = [client] if client is gateway else [client, gateway]
    Backend.instance.save(client)


def _find(model: Record, **key: str) -> Record:
    return Backend.instance.get(model, **key)


def _delete(found: Record) -> None:
    if found is not None:
        Backend.instance.delete(found)


def _digests(wanted: Wanted) -> Digests:
    # A client carries the platform's address, which is not its own.
    return {
        "user": {user.user_name: _digest(asdict(user)) for user in wanted.users},
        "client": {
            client.client_id: _digest([asdict(client), wanted.client_uri])
            for client in wanted.clients
        },
        "software": {"canaille": version("canaille")},
    }


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()


def _read(memory: Path) -> Digests:
    if not memory.exists():
        return {"user": {}, "client": {}, "software": {}}
    read: Digests = json.loads(memory.read_text(encoding="utf-8"))
    return read
