"""The merged document."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from chassis.problems import Problem
from gateway import openapi
from gateway.openapi import Gathered, merge
from gateway.upstreams import Upstreams
from tests.gateway.fakes import FakeService
from tests.gateway.processes import sandbox_settings


def operation(name: str, schema: str = "View") -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"operationId": name, "responses": {"200": {"content": content}}}


def document(paths: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    bearer = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": bearer},
    }


CATALOG = document(
    {
        "/v1/courses": {"get": operation("list", "Page")},
        "/v1/duties/catalog": {"get": operation("list_duties_catalog", "Duty")},
        "/events": {"post": operation("take_event")},
        "/sandbox/clock": {"get": operation("read_clock")},
        "/healthz": {"get": operation("healthz")},
        "/readyz": {"get": operation("readyz")},
        "/v1/contracts": {"get": operation("not_its_own")},
    },
    Page={"properties": {"items": {"items": {"$ref": "#/components/schemas/View"}}}},
    View={"properties": {"reference": {"type": "string"}}},
    Duty={"properties": {"due_on": {"type": "string"}}},
)
CONTRACTS = document(
    {
        "/v1/contracts": {"get": operation("list", "Page")},
        "/v1/contracts/{id}": {"get": operation("read_contract", "View")},
    },
    Page={"properties": {"items": {"items": {"$ref": "#/components/schemas/View"}}}},
    View={"properties": {"number": {"type": "string"}}},
    Duty={"properties": {"due_on": {"type": "string"}}},
)


def ref_of(merged: dict[str, Any], path: str) -> str:
    schema = merged["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    return str(schema["$ref"]).rpartition("/")[2]


def test_only_what_the_gateway_sends_on_is_described() -> None:
    merged = merge({"catalog": CATALOG, "contracts": CONTRACTS})
    assert list(merged["paths"]) == ["/v1/contracts", "/v1/contracts/{id}", "/v1/courses", "/v1/duties/catalog"]
    assert merged["openapi"] == "3.1.0"
    assert merged["components"]["securitySchemes"] == {"bearer": {"type": "http", "scheme": "bearer"}}


def test_schemas_that_differ_keep_apart_and_those_alike_are_one() -> None:
    merged = merge({"catalog": CATALOG, "contracts": CONTRACTS})
    schemas = merged["components"]["schemas"]
    assert set(schemas) == {"catalog_Page", "contracts_Page", "catalog_View", "contracts_View", "Duty", "Problem"}
    assert schemas["catalog_Page"]["properties"]["items"]["items"]["$ref"] == "#/components/schemas/catalog_View"
    assert ref_of(merged, "/v1/contracts") == "contracts_Page"
    assert ref_of(merged, "/v1/contracts/{id}") == "contracts_View"
    assert ref_of(merged, "/v1/duties/catalog") == "Duty"


def test_the_gateway_s_own_problems_are_declared_on_every_operation() -> None:
    merged = merge({"catalog": CATALOG, "contracts": CONTRACTS})
    for item in merged["paths"].values():
        assert set(item["get"]["responses"]) == {"200", "400", "408", "413", "431", "502", "504"}
    assert "application/problem+json" in merged["components"]["responses"]["BadGateway"]["content"]


def test_operation_ids_are_unique_and_change_only_where_they_clash() -> None:
    merged = merge({"catalog": CATALOG, "contracts": CONTRACTS})
    found = [entry["operationId"] for item in merged["paths"].values() for entry in item.values()]
    assert sorted(found) == ["catalog_list", "contracts_list", "list_duties_catalog", "read_contract"]


def test_a_property_called_ref_is_left_alone() -> None:
    odd = document({}, View={"properties": {"$ref": {"type": "string"}}, "examples": [{"$ref": 3}]})
    assert merge({"catalog": odd})["components"]["schemas"]["View"]["properties"] == {"$ref": {"type": "string"}}


def test_the_gateway_serves_the_merged_document(client: httpx2.Client, services: dict[str, FakeService]) -> None:
    for service in services.values():
        service.answer("GET", "/openapi.json", document({}))
    services["catalog"].answer("GET", "/openapi.json", CATALOG)
    services["contracts"].answer("GET", "/openapi.json", CONTRACTS)
    merged = client.get("/openapi.json").json()
    assert "/v1/courses" in merged["paths"] and "/v1/contracts/{id}" in merged["paths"]
    assert "/v1/sandbox/clock" in merged["paths"] and "/events" not in merged["paths"]
    assert merged["paths"]["/v1/sandbox/tokens"]["post"]["x-roles"] == ["admin", "visitor"]


def test_a_service_that_is_away_keeps_its_part(
    services: dict[str, FakeService], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service in services.values():
        service.answer("GET", "/openapi.json", document({}))
    now = [100.0]
    monkeypatch.setattr(openapi, "monotonic", lambda: now[0])
    catalog = services["catalog"]

    async def ask() -> None:
        upstreams = Upstreams(sandbox_settings(services, tmp_path))
        await upstreams.open()
        gathered = Gathered(upstreams, lambda: document({}))
        catalog.answer("GET", "/openapi.json", {}, status=500)
        with pytest.raises(Problem) as refused:
            await gathered.document()
        assert (refused.value.status, refused.value.facts["service"]) == (502, "catalog")
        catalog.answer("GET", "/openapi.json", CATALOG)
        assert "/v1/courses" in (await gathered.document())["paths"]
        catalog.answer("GET", "/openapi.json", {}, status=500)
        now[0] += 6
        asked = len(catalog.seen)
        assert "/v1/courses" in (await gathered.document())["paths"]
        assert len(catalog.seen) == asked + 1
        catalog.answer("GET", "/openapi.json", document({"/v1/sessions": {"get": operation("list")}}))
        now[0] += 6
        assert list((await gathered.document())["paths"]) == ["/v1/sessions"]
        await upstreams.close()

    asyncio.run(ask())


def test_the_docs_page_shows_it(client: httpx2.Client) -> None:
    answer = client.get("/docs")
    assert answer.is_success and "/openapi.json" in answer.text
    assert "connect-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers.get_list("content-security-policy") == [answer.headers["content-security-policy"]]
