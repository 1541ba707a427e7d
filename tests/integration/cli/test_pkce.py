"""The proof key is the one of RFC 7636."""

import re

from cli.identity.pkce import challenge, new_verifier


def test_the_challenge_is_that_of_appendix_b() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_a_verifier_is_new_each_time_and_of_the_permitted_characters() -> None:
    verifiers = {new_verifier() for _ in range(50)}

    assert len(verifiers) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier) for verifier in verifiers)
