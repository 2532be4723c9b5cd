"""A token counts when it is this issuer's, for us, in force and signed as agreed; and only for its roles."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from chassis import auth
from chassis.auth import JwksKeys, Principal, Role, TokenVerifier
from chassis.problems import Unauthorized, Unavailable
from chassis.values.identifiers import new_id
from tests.support import tokens
from tests.support.client import ok, problem
from tests.support.counter import app as counter
from tests.support.service import ServiceUnderTest

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


def public_pem() -> bytes:
    return (
        tokens.private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def unsigned(header: dict[str, Any], signature: str = "") -> str:
    parts = [header, {**tokens.claims("admin"), "iat": int(NOW.timestamp()), "exp": int((NOW + HOUR).timestamp())}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, signature])


def signed_by_hmac_with_the_public_key() -> str:
    """What a verifier takes that lets the token choose the algorithm. PyJWT will not make it, so by hand."""
    signing = unsigned({"alg": "HS256", "typ": "JWT", "kid": tokens.KEY_ID}).rpartition(".")[0]
    digest = hmac.new(public_pem(), signing.encode(), hashlib.sha256).digest()
    return f"{signing}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"


def other_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def with_body_of(token: str, other: str) -> str:
    header, _, signature = token.split(".")
    return ".".join([header, other.split(".")[1], signature])


WRONG: dict[str, Callable[[], str]] = {
    "another issuer": lambda: tokens.token("admin", iss="https://issuer.elsewhere"),
    "no issuer": lambda: tokens.token("admin", iss=None),
    "for somebody else": lambda: tokens.token("admin", aud="another-platform"),
    "for nobody": lambda: tokens.token("admin", aud=None),
    "expired": lambda: tokens.token("admin", exp=NOW - HOUR),
    "never expires": lambda: tokens.token("admin", exp=None),
    "not yet in force": lambda: tokens.token("admin", nbf=NOW + HOUR),
    "made in the future": lambda: tokens.token("admin", iat=NOW + HOUR, exp=NOW + 2 * HOUR),
    "no subject": lambda: tokens.token("admin", sub=None),
    "another key under our key's name": lambda: tokens.sign(tokens.claims("admin"), other_key()),
    "a key we do not know": lambda: tokens.sign(tokens.claims("admin"), other_key(), kid="unknown"),
    "no key named": lambda: tokens.sign(tokens.claims("admin"), kid=None),
    "no signature": lambda: unsigned({"alg": "none", "typ": "JWT", "kid": tokens.KEY_ID}),
    "no signature, spelt otherwise": lambda: unsigned({"alg": "nOnE", "typ": "JWT", "kid": tokens.KEY_ID}),
    "the public key as a shared secret": signed_by_hmac_with_the_public_key,
    "another algorithm of the same key": lambda: tokens.sign(tokens.claims("admin"), algorithm="PS256"),
    "a longer hash of the same key": lambda: tokens.sign(tokens.claims("admin"), algorithm="RS512"),
    "a changed body": lambda: with_body_of(tokens.token("visitor"), tokens.token("admin")),
    "roles that are no list": lambda: tokens.token("admin", roles="admin"),
    "a customer that is no id": lambda: tokens.token("customer", customer_id="seven"),
    "no token at all": lambda: "not-a-token",
    "an empty one": lambda: "",
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_token_is_refused_everywhere(api: ServiceUnderTest, wrong: str) -> None:
    """Also where everybody may call: a caller with a broken token is told, not taken for a visitor."""
    caller = api.anonymous({"Authorization": f"Bearer {WRONG[wrong]()}"})
    for path in ("/v1/counters", f"/v1/counters/{new_id()}"):
        response = caller.get(path)
        problem(response, 401, "unauthorized")
        assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "bearer ", "token", ""])
def test_another_kind_of_authorization_is_refused(api: ServiceUnderTest, header: str) -> None:
    problem(api.anonymous({"Authorization": header}).get("/v1/counters"), 401, "unauthorized")


def test_a_good_token_counts_for_its_roles_only(api: ServiceUnderTest) -> None:
    path = f"/v1/counters/{counter.make(api.platform, 'a')}/steps"
    problem(api.anonymous().post(path, json={}), 401)
    for role in set(Role) - {Role.SALES, Role.ADMIN}:
        problem(api.client(role).post(path, json={}), 403, "forbidden")
    for roles in ([Role.SALES], [Role.ADMIN], [Role.TRAINER, Role.SALES]):
        ok(api.client(*roles).post(path, json={}))


def test_a_role_that_we_do_not_know_gives_nothing(api: ServiceUnderTest) -> None:
    problem(api.client("root").post("/v1/counters", json={}), 403)
    ok(api.client("root", "sales").get("/v1/counters"))


def test_a_token_just_expired_is_taken_for_a_moment(api: ServiceUnderTest) -> None:
    """Ten seconds for clocks that differ, not more."""
    just_now = datetime.now(UTC) - timedelta(seconds=2)
    ok(api.anonymous({"Authorization": f"Bearer {tokens.token(exp=just_now)}"}).get("/v1/counters"))


def test_who_may_see_a_customer() -> None:
    own, other = new_id(), new_id()
    customer = Principal("c", frozenset({Role.VISITOR, Role.CUSTOMER}), own)
    assert customer.sees_customer(own)
    assert not customer.sees_customer(other)
    assert not Principal("c", frozenset({Role.CUSTOMER})).sees_customer(own)
    assert not Principal("t", frozenset({Role.TRAINER}), own).sees_customer(own), "the id alone gives no right"
    for role in (Role.SALES, Role.ACCOUNTING, Role.ADMIN):
        assert Principal("s", frozenset({role})).sees_customer(own)
    for role in (Role.DPO, Role.SERVICE, Role.TRAINER):
        both = Principal("b", frozenset({role, Role.CUSTOMER}), own)
        assert both.sees_customer(own) and not both.sees_customer(other), (
            "a role that no such route allows adds nothing"
        )


def test_another_customers_row_is_not_there(api: ServiceUnderTest) -> None:
    mine, others = counter.make(api.platform, "mine"), counter.make(api.platform, "others")
    customer = api.client("customer", customer_id=mine)
    ok(customer.get(f"/v1/counters/{mine}"))
    hidden, missing = customer.get(f"/v1/counters/{others}"), customer.get(f"/v1/counters/{new_id()}")
    assert problem(hidden, 404)["detail"] == problem(missing, 404)["detail"]


def jwk(key_id: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
    numbers = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**numbers, "kid": key_id, "alg": "RS256", "use": "sig"}


class TestPublishedKeys:
    """An issuer that changes its keys, or does not answer."""

    @pytest.fixture(autouse=True)
    def issuer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.published: list[dict[str, Any]] = [jwk("first", tokens.private_key())]
        self.asked = 0
        self.seconds = 100.0
        client = partial(httpx2.AsyncClient, transport=httpx2.MockTransport(self.answer))
        monkeypatch.setattr(auth, "httpx2", SimpleNamespace(AsyncClient=client, HTTPError=httpx2.HTTPError))
        monkeypatch.setattr(auth, "monotonic", lambda: self.seconds)
        self.verifier = TokenVerifier(tokens.ISSUER, tokens.AUDIENCE, "RS256", JwksKeys("https://issuer.test/jwks"))

    def answer(self, _request: httpx2.Request) -> httpx2.Response:
        self.asked += 1
        if not self.published:
            raise httpx2.ConnectError("nobody answers")
        return httpx2.Response(200, json={"keys": self.published})

    def verify(self, key_id: str, key: rsa.RSAPrivateKey | None = None, **changed: Any) -> Principal:
        """What a new token under that key comes to."""
        body = tokens.claims("sales", sub=str(new_id()), **changed)
        return asyncio.run(self.verifier.verify(tokens.sign(body, key, kid=key_id)))

    def test_are_read_once(self) -> None:
        for _ in range(5):
            assert self.verify("first").has(Role.SALES)
        assert self.asked == 1

    def test_are_read_once_by_many_who_come_first(self) -> None:
        async def all_at_once() -> list[Principal]:
            signed = [tokens.sign(tokens.claims("sales", sub=str(n)), kid="first") for n in range(20)]
            return await asyncio.gather(*(self.verifier.verify(token) for token in signed))

        assert len(asyncio.run(all_at_once())) == 20
        assert self.asked == 1

    def test_are_read_again_for_a_new_key_but_not_for_every_stranger(self) -> None:
        self.verify("first")
        new = other_key()
        self.published.append(jwk("second", new))
        with pytest.raises(Unauthorized):
            self.verify("second", new)
        self.seconds += 11
        self.verify("second", new)
        self.seconds += 11
        for _ in range(5):
            with pytest.raises(Unauthorized):
                self.verify("stranger")
        assert self.asked == 3

    def test_a_key_taken_back_counts_no_more_once_they_are_read_again(self) -> None:
        self.verify("first")
        new = other_key()
        self.published[:] = [jwk("second", new)]
        self.seconds += 11
        self.verify("second", new)
        with pytest.raises(Unauthorized):
            self.verify("first")

    def test_an_issuer_that_is_away_is_no_reason_to_forget_its_keys(self) -> None:
        self.verify("first")
        self.published.clear()
        self.seconds += 11
        assert self.verify("first").has(Role.SALES)
        with pytest.raises(Unauthorized):
            self.verify("stranger")
        assert self.verify("first").has(Role.SALES)

    def test_no_key_known_and_no_issuer_is_a_503(self) -> None:
        self.published.clear()
        for _ in range(5):
            with pytest.raises(Unavailable):
                self.verify("first")
        assert self.asked == 1, "who does not answer is not asked at every request"
        self.published.append(jwk("first", tokens.private_key()))
        self.seconds += 2
        assert self.verify("first").has(Role.SALES)

    @pytest.mark.parametrize("published", [[], [1], [{}], [{"kty": "RSA", "kid": "first"}], [None]])
    def test_what_is_no_key_set_is_as_good_as_no_answer(self, published: list[Any]) -> None:
        self.published = published or [{"kty": "nonsense"}]
        with pytest.raises(Unavailable):
            self.verify("first")

    def test_a_token_that_held_is_not_checked_at_every_request_but_soon_again(self) -> None:
        token = tokens.sign(tokens.claims("sales"), kid="first")
        asyncio.run(self.verifier.verify(token))
        new = other_key()
        self.published[:] = [jwk("second", new)]
        self.seconds += 11
        self.verify("second", new)
        assert asyncio.run(self.verifier.verify(token)).has(Role.SALES)
        self.seconds += 20
        with pytest.raises(Unauthorized):
            asyncio.run(self.verifier.verify(token))

    def test_a_token_that_held_does_not_outlive_itself(self) -> None:
        token = tokens.sign(tokens.claims("sales", exp=datetime.now(UTC) + timedelta(seconds=1)), kid="first")
        asyncio.run(self.verifier.verify(token))
        assert self.verifier._held[token][0] <= self.seconds + 1
