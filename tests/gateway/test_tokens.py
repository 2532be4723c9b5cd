"""The token check at the gateway, and the sandbox's issuer."""

import asyncio
import base64
import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx2
import jwt
import pytest

from chassis.auth import JwksKeys, Role, TokenVerifier
from gateway.sandbox.issuer import Issuer
from tests.gateway.fakes import FakeService
from tests.gateway.processes import AUDIENCE, CLIENTS, GatewayProcess


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def make_token(client: httpx2.Client, role: str, **more: str) -> str:
    answer = client.post("/v1/sandbox/tokens", json={"role": role, **more})
    assert answer.status_code == 200, answer.text
    assert answer.json()["expires_in"] == 12 * 3600
    return str(answer.json()["access_token"])


def test_a_token_of_the_sandbox_passes_to_the_service(client: httpx2.Client, catalog: FakeService) -> None:
    token = make_token(client, "sales")
    assert client.get("/v1/courses", headers=bearer(token)).is_success
    assert catalog.seen[0].headers["authorization"] == f"Bearer {token}"


def test_without_a_token_one_is_a_visitor(client: httpx2.Client, catalog: FakeService) -> None:
    assert client.get("/v1/courses").is_success
    assert "authorization" not in catalog.seen[0].headers


def test_what_the_token_says_is_what_was_wished(gateway: GatewayProcess, client: httpx2.Client) -> None:
    keys = JwksKeys(f"{gateway.url}/.well-known/jwks.json")
    verifier = TokenVerifier(gateway.url, AUDIENCE, "RS256", keys)
    assert asyncio.run(verifier.verify(make_token(client, "accounting"))).roles == {Role.ACCOUNTING, Role.VISITOR}
    customer = uuid4()
    principal = asyncio.run(verifier.verify(make_token(client, "customer", customer_id=str(customer))))
    assert principal.customer_id == customer and principal.sees_customer(customer)


@pytest.mark.parametrize(
    "wish",
    [{"role": "boss"}, {"role": "customer"}, {"role": "sales", "customer_id": str(uuid4())}, {"role": "sales", "x": 1}],
)
def test_a_wish_that_makes_no_sense_is_told(client: httpx2.Client, wish: dict[str, object]) -> None:
    answer = client.post("/v1/sandbox/tokens", json=wish)
    assert answer.status_code == 422 and answer.json()["errors"]


def test_tokens_that_do_not_hold_stop_at_the_gateway(
    gateway: GatewayProcess, client: httpx2.Client, services: dict[str, FakeService], tmp_path: Path
) -> None:
    other = Issuer(tmp_path, gateway.url, AUDIENCE)
    good = make_token(client, "admin")
    key_id = jwt.get_unverified_header(good)["kid"]
    hour = timedelta(hours=1)
    claims = jwt.decode(good, options={"verify_signature": False})
    tokens = {
        "another issuer's key": other.token("x", [Role.ADMIN], hour),
        "another key under our id": jwt.encode(claims, other._private, "RS256", headers={"kid": key_id}),
        "no signature": jwt.encode(claims, "", "none", headers={"kid": key_id}),
        "another algorithm": jwt.encode(claims, "x" * 32, "HS256", headers={"kid": key_id}),
        "cut": good[:-8],
        "no token": "nonsense",
    }
    for what, token in tokens.items():
        answer = client.get("/v1/courses", headers=bearer(token))
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthorized"), what
        assert "invalid_token" in answer.headers["www-authenticate"]
    assert client.get("/v1/courses", headers={"authorization": "Basic eDp5"}).status_code == 401
    assert client.post("/webhooks/opco/atlas", headers=bearer("nonsense")).status_code == 401
    assert not any(service.seen for service in services.values())


def test_another_issuer_audience_or_an_old_token_does_not_hold(
    gateway: GatewayProcess, client: httpx2.Client, running: tuple[GatewayProcess, object]
) -> None:
    key_folder = Path(running[0]._log.name).parent / "issuer"
    hour = timedelta(hours=1)
    for issuer, audience, lifetime in (
        ("https://login.elsewhere.example", AUDIENCE, hour),
        (gateway.url, "another", hour),
        (gateway.url, AUDIENCE, -hour),
    ):
        token = Issuer(key_folder, issuer, audience).token("x", [Role.ADMIN], lifetime)
        assert client.get("/v1/courses", headers=bearer(token)).status_code == 401
    good = Issuer(key_folder, gateway.url, AUDIENCE).token("x", [Role.ADMIN], hour)
    assert client.get("/v1/courses", headers=bearer(good)).is_success


def test_a_service_gets_its_token_by_its_credentials(gateway: GatewayProcess, client: httpx2.Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": "catalog", "client_secret": CLIENTS["catalog"]}
    basic = base64.b64encode(f"payments:{CLIENTS['payments']}".encode()).decode()
    by_form = client.post("/oauth/token", data=form)
    by_header = client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers={"authorization": f"Basic {basic}"}
    )
    verifier = TokenVerifier(gateway.url, AUDIENCE, "RS256", JwksKeys(f"{gateway.url}/.well-known/jwks.json"))
    for answer, name in ((by_form, "catalog"), (by_header, "payments")):
        assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
        assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 3600)
        principal = asyncio.run(verifier.verify(answer.json()["access_token"]))
        assert (principal.subject, principal.roles) == (name, frozenset({Role.SERVICE, Role.VISITOR}))


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "gdpr", "client_secret": ""}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "catalog", "client_secret": "é"}, 401, "invalid_client"),
    ],
)
def test_wrong_credentials_get_none(client: httpx2.Client, form: dict[str, str], status: int, error: str) -> None:
    answer = client.post("/oauth/token", data=form)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_the_issuer_describes_itself(gateway: GatewayProcess, client: httpx2.Client) -> None:
    described = client.get("/.well-known/openid-configuration").json()
    assert described["issuer"] == gateway.url
    assert httpx2.get(described["jwks_uri"], trust_env=False).json()["keys"][0].keys() == {
        "kty",
        "n",
        "e",
        "kid",
        "use",
        "alg",
    }


def _key_id(folder: str) -> str:
    return str(Issuer(Path(folder), "i", "a").jwks()["keys"][0]["kid"])


def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        made = pool.map(_key_id, [str(tmp_path / "new")] * 4)
    assert len(set(made)) == 1
    assert _key_id(str(tmp_path / "new")) == made[0]
    (kept,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_token_holds_from_now_on(tmp_path: Path) -> None:
    token = Issuer(tmp_path, "i", "a").token("x", [Role.SALES], timedelta(hours=12))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 12 * 3600
    assert abs(claims["iat"] - datetime.now(UTC).timestamp()) < 5
