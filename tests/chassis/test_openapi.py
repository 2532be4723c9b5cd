"""What every service's document declares besides its routes."""

from typing import Any

from tests.support.service import ServiceUnderTest


def statuses(api: ServiceUnderTest, method: str, path: str) -> set[str]:
    responses: dict[str, Any] = api.app.openapi()["paths"][path][method]["responses"]
    return {status for status in responses if not status.startswith("2")}


def test_an_operation_declares_the_problems_that_what_it_asks_for_brings(api: ServiceUnderTest) -> None:
    always = {"401", "403", "503"}
    asking = {*always, "404", "409", "422"}
    assert statuses(api, "post", "/v1/dead-letters/counter/replay") == always
    assert statuses(api, "get", "/v1/duties/counter") == asking
    assert statuses(api, "put", "/v1/counters/{identifier}") == {*asking, "400", "412", "413", "428"}


def test_every_declared_problem_is_one(api: ServiceUnderTest) -> None:
    """None of them is FastAPI's own."""
    document = api.app.openapi()
    assert {"HTTPValidationError", "ValidationError"}.isdisjoint(document["components"]["schemas"])
    for item in document["paths"].values():
        for operation in item.values():
            for status, declared in operation["responses"].items():
                if int(status) < 400:
                    continue
                _, _, name = declared["$ref"].rpartition("/")
                (media_type,) = document["components"]["responses"][name]["content"]
                assert media_type == "application/problem+json"


def test_asking_for_the_document_again_changes_nothing(api: ServiceUnderTest) -> None:
    assert api.app.openapi() == api.app.openapi()
