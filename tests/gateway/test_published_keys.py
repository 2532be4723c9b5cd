"""Keys of an issuer elsewhere, as production has them."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from chassis import auth
from chassis.auth import JwksKeys, Role, TokenVerifier
from chassis.problems import Unauthorized, Unavailable
from gateway.sandbox.issuer import Issuer
from tests.gateway.fakes import FakeService


@pytest.fixture
def identity_provider() -> Iterator[FakeService]:
    service = FakeService("identity")
    yield service
    service.stop()


def test_keys_are_read_when_first_needed_and_once_for_all_who_wait(
    identity_provider: FakeService, tmp_path: Path
) -> None:
    published = Issuer(tmp_path, "i", "a").jwks()
    identity_provider.answer("GET", "/jwks", published)
    key_id = published["keys"][0]["kid"]

    async def ask() -> JwksKeys:
        found = JwksKeys(f"{identity_provider.url}/jwks")
        assert found.key(key_id) is None
        await asyncio.gather(*(found.learn(key_id) for _ in range(20)))
        await asyncio.gather(*(found.learn("unknown") for _ in range(20)))
        return found

    found = asyncio.run(ask())
    assert found.key(key_id) is not None
    assert found.key("unknown") is None
    assert identity_provider.paths() == ["GET /jwks"]


def test_a_new_key_is_found_once_the_pause_is_over(
    identity_provider: FakeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (Issuer(tmp_path / name, "i", "a").jwks() for name in ("old", "new"))
    identity_provider.answer("GET", "/jwks", old)
    now = [100.0]
    monkeypatch.setattr(auth, "monotonic", lambda: now[0])

    async def ask() -> None:
        found = JwksKeys(f"{identity_provider.url}/jwks")
        await found.learn(old["keys"][0]["kid"])
        identity_provider.answer("GET", "/jwks", new)
        key_id = new["keys"][0]["kid"]
        await found.learn(key_id)
        assert found.key(key_id) is None
        now[0] += 11
        await found.learn(key_id)
        assert found.key(key_id) is not None

    asyncio.run(ask())


def test_an_issuer_that_is_away_is_not_the_callers_fault(identity_provider: FakeService) -> None:
    identity_provider.answer("GET", "/jwks", {"error": "down"}, status=500)

    async def ask() -> None:
        found = JwksKeys(f"{identity_provider.url}/jwks")
        for _ in range(5):
            with pytest.raises(Unavailable):
                await found.learn("any")

    asyncio.run(ask())
    assert identity_provider.paths() == ["GET /jwks"]


def test_good_tokens_hold_and_others_do_not(identity_provider: FakeService, tmp_path: Path) -> None:
    issuer, other = (Issuer(tmp_path / name, "https://login.example", "platform") for name in ("one", "other"))
    identity_provider.answer("GET", "/jwks", issuer.jwks())

    async def check() -> None:
        published = JwksKeys(f"{identity_provider.url}/jwks")
        verifier = TokenVerifier("https://login.example", "platform", "RS256", published)
        assert (await verifier.verify(issuer.own_token())).has(Role.SERVICE)
        for wrong in (other.own_token(), "nonsense", issuer.own_token()[:-5]):
            with pytest.raises(Unauthorized):
                await verifier.verify(wrong)

    asyncio.run(check())
    assert identity_provider.paths() == ["GET /jwks"]


def test_a_token_that_held_is_not_checked_again_until_it_expires(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = Issuer(tmp_path, "https://login.example", "platform")
    checked: list[str] = []

    class Counting(TokenVerifier):
        def _claims(self, token: str) -> Mapping[str, Any]:
            checked.append(token)
            return super()._claims(token)

    now = [100.0]
    monkeypatch.setattr(auth, "monotonic", lambda: now[0])
    verifier = Counting("https://login.example", "platform", "RS256", issuer)

    def checks(seconds: float) -> int:
        """How often its signature is checked when a token of that lifetime comes every second for 70 s."""
        checked.clear()
        token = issuer.token("x", [Role.SALES], timedelta(seconds=seconds))
        for _ in range(70):
            asyncio.run(verifier.verify(token))
            now[0] += 1
        return len(checked)

    assert checks(3600) == 3
    assert checks(5) == 14
    wrong = Issuer(tmp_path / "other", "https://login.example", "platform").own_token()
    for _ in range(2):
        with pytest.raises(Unauthorized):
            asyncio.run(verifier.verify(wrong))


def test_a_customer_that_is_no_id_is_told_apart_from_a_fault(tmp_path: Path) -> None:
    issuer = Issuer(tmp_path, "https://login.example", "platform")
    claims = jwt.decode(issuer.own_token(), options={"verify_signature": False})
    verifier = TokenVerifier("https://login.example", "platform", "RS256", issuer)
    key_id = issuer.jwks()["keys"][0]["kid"]
    changes: list[dict[str, Any]] = [{"customer_id": 7}, {"customer_id": "x"}, {"roles": "admin"}, {"roles": [{}]}]
    for wrong in changes:
        token = jwt.encode({**claims, **wrong}, issuer._private, "RS256", headers={"kid": key_id})
        with pytest.raises(Unauthorized):
            asyncio.run(verifier.verify(token))
