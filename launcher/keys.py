"""The key with which each deployable signs, and the file by which they know each other's."""

from collections.abc import Iterable
from pathlib import Path

from launcher.files import private_folder, write_private
from shared.auth.keys import SigningKey, TrustBundle


def private_key_file(folder: Path, service: str) -> Path:
    """Name the file of a service's private key."""
    return folder / f"{service}.json"


def trust_file(folder: Path) -> Path:
    """Name the file of everyone's public keys."""
    return folder / "trust.json"


def make_keys(folder: Path, services: Iterable[str]) -> None:
    """Make the keys that are missing, and write down whose signatures count."""
    private_folder(folder)
    keys = [_key(private_key_file(folder, service), service) for service in services]
    write_private(trust_file(folder), TrustBundle.of(keys).public_json())


def _key(file: Path, service: str) -> SigningKey:
    if file.exists():
        return SigningKey.load(file)
    made = SigningKey.generate(service)
    write_private(file, made.private_json())
    return made
