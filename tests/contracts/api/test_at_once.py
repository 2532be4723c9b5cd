"""Many at the same time: one contract, one effect, numbers without a gap."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2

from chassis.auth import Role
from tests.contracts.api import stories
from tests.support.client import ok
from tests.support.service import ServiceUnderTest, key

AT_ONCE = 12


def codes(answers: list[httpx2.Response]) -> Counter[str]:
    """How often each outcome came: the status of a success, the code of a refusal."""
    return Counter(
        str(answer.status_code) if answer.is_success else answer.json()["type"].rpartition("/")[2] for answer in answers
    )


def test_acceptances_at_once_make_one_contract(api: ServiceUnderTest) -> None:
    proposal = stories.issued(api)
    path = f"/v1/proposals/{proposal['id']}/acceptance"

    def accept(once: str) -> httpx2.Response:
        return stories.sales(api).post(path, json=stories.RETURNED, once=once)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(accept, [key() for _ in range(AT_ONCE)]))
    assert codes(answers) == {"200": 1, "proposal-accepted": AT_ONCE - 1}
    assert len(api.published("contracts.contract-signed.v1")) == 1
    assert len(api.mails()) == 1


def test_one_key_at_once_has_one_effect_and_one_answer(api: ServiceUnderTest) -> None:
    proposal, once = stories.issued(api), key()
    path = f"/v1/proposals/{proposal['id']}/acceptance"

    def accept(_: int) -> Any:
        return ok(stories.sales(api).post(path, json=stories.RETURNED, once=once))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(accept, range(AT_ONCE)))
    assert all(answer == answers[0] for answer in answers)
    assert len(api.published("contracts.contract-signed.v1")) == 1


def test_issues_at_once_are_numbered_without_a_gap(api: ServiceUnderTest) -> None:
    api.move_to("2025-12-15")
    stories.tell_catalog(api)
    customer = stories.parties(api)
    # Every third is refused inside the unit of work, after others took their numbers.
    drafts = [
        stories.content(customer, lines=[{**stories.LINE, "vat_rate": "19.6" if place % 3 == 0 else "20"}])
        for place in range(AT_ONCE)
    ]
    paths = [f"/v1/proposals/{ok(stories.sales(api).post('/v1/proposals', json=each))['id']}/issue" for each in drafts]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda path: stories.sales(api).post(path, once=key()), paths))
    numbers = sorted(answer.json()["number"] for answer in answers if answer.is_success)
    assert numbers == [f"P2025-{place:06d}" for place in range(1, len(numbers) + 1)]
    assert codes(answers) == {"200": 8, "vat-rate-not-in-force": 4}


def test_completions_at_once_complete_once(api: ServiceUnderTest) -> None:
    contract = stories.concluded(api)
    api.move_to("2026-01-31")
    path, body = f"/v1/contracts/{contract['id']}/completion", stories.attendance(contract)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(lambda once: stories.sales(api).post(path, json=body, once=once), [key() for _ in range(AT_ONCE)])
        )
    assert codes(answers) == {"200": 1, "contract-completed": AT_ONCE - 1}
    assert len(api.published("contracts.contract-completed.v1")) == 1


def test_deposits_heard_at_once_conclude_once(api: ServiceUnderTest) -> None:
    contract = stories.signed(api)
    api.move_to("2026-01-12")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _: stories.pay_deposit(api, contract["id"]), range(AT_ONCE)))
    assert len(api.published("contracts.contract-concluded.v1")) == 1


def test_a_person_is_named_and_forgotten_at_once(api: ServiceUnderTest) -> None:
    """One draft lets go of the only mention of somebody while another draft names them: kept, or not known."""
    customer, outcomes = stories.parties(api), set()
    for _ in range(20):
        made = ok(stories.sales(api).post("/v1/proposals", json=stories.content(customer)), 201)
        naming = stories.content(customer, trainees=made["trainees"][:1])
        empty = stories.content(customer, trainees=[])
        with ThreadPoolExecutor(2) as pool:
            forgets = pool.submit(stories.sales(api).put, f"/v1/proposals/{made['id']}", json=empty, if_match='"1"')
            names = pool.submit(stories.sales(api).post, "/v1/proposals", json=naming)
        outcomes.add((forgets.result().status_code, names.result().status_code))
    assert outcomes <= {(200, 201), (200, 422)}


def test_drafts_at_once_correct_the_same_people_in_any_order(api: ServiceUnderTest) -> None:
    made = stories.drafted(api)
    people = made["trainees"]

    def names(place: int) -> httpx2.Response:
        order = people if place % 2 else people[::-1]
        trainees = [{**each, "email": f"p{place}@ateliers.example"} for each in order]
        body = stories.content(made["customer_id"], trainees=trainees)
        return stories.sales(api).post("/v1/proposals", json=body)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(names, range(AT_ONCE)))
    assert codes(answers) == {"201": AT_ONCE}


def test_a_legal_entity_put_for_the_first_time_at_once_is_one(api: ServiceUnderTest) -> None:
    admin = api.client(Role.ADMIN)
    for place in range(8):
        path = f"/v1/legal-entities/lexom-{place}"
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(lambda to: admin.put(to, json=stories.SELLER), [path] * AT_ONCE))
        assert codes(answers) == {"200": AT_ONCE}
        assert {answer.headers["etag"] for answer in answers} == {'"1"'}
