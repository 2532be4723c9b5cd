"""What Schemathesis needs to feed an operation: cases, what is there, good requests with one thing wrong."""

import json
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import httpx2
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chassis.auth import Role
from chassis.fields import encode_cursor
from tests.support.service import ServiceUnderTest, key

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    missing_required_header,
]
# Left out, as what they look for is no fault here:
# positive_data_acceptance: a well-formed SIRET, cursor or day may still be refused, and says so;
# ignored_auth: every operation, by every role and none, is in tests/authorization;
# use_after_free, ensure_resource_availability: nothing is deleted here, and other services' facts arrive by event;
# unsupported_method, allow_header_conformance: the router's own, the same for every path.
# Half of a surrogate pair, which JSON can write and UTF-8 cannot: Schemathesis is given another character for it.
LONE = "\ue000"
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 2**31, 2**63, -(2**63), 10**400, 1e308, [], {}, [[]], {"": None}),
    *(
        "",
        " ",
        "\x00",
        LONE,
        "a\x00b",
        "\u200b",
        "\u202e",
        "🎓" * 50,
        "e\u0301" * 9,
        "x" * 201,
        "x" * 20_001,
        "%00",
    ),
    *("0001-01-01", "1582-10-04", "9999-12-31", "2026-02-30", "10000-01-01", "2026-01-01T00:00:00Z", "٢٠٢٦-٠١-٠١"),
    *(
        "0.00",
        "0.01",
        "-0.01",
        "-0.00",
        "1e3",
        "NaN",
        "Infinity",
        "9999999999999.99",
        "99999999999999.99",
        "٣.٥٠",
        "1,00",
    ),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "not-an-id", "../../events"),
    *(
        "#panic()",
        "{{7*7}}",
        "'; DROP TABLE invoice; --",
        "=cmd|' /C calc'!A0",
        "=?utf-8?q?=0d=0a?=",
        "a\r\nBcc: b@c.fr",
    ),
)
# A cursor is opaque: what is inside one shows only to who writes it, wrongly.
_CURSORS = tuple(
    encode_cursor(*parts)
    for parts in (
        (),
        ("\x00",),
        ("\ud800",),
        ("",),
        (0,),
        (2**70,),
        (0, "MRK-OPE-08"),
        (2**70, "x"),
        (0, "\x00"),
        (-1, ""),
    )
)


@dataclass
class Known:
    """values: ids, numbers and codes, by the name that other places give them.

    good: by operation, the path's parameters and bodies that were taken.
    """

    values: dict[str, list[Any]] = field(default_factory=dict)
    good: dict[str, list[tuple[dict[str, Any], Any]]] = field(default_factory=dict)


class Listener:
    """Keeps the requests with a JSON body that a service under test has taken."""

    def __init__(self, api: ServiceUnderTest) -> None:
        self.taken: list[tuple[str, str, Any]] = []
        self._http = api._http
        self._http.event_hooks = {"request": [], "response": [self._keep]}

    def stop(self) -> None:
        """Listen no longer."""
        self._http.event_hooks = {"request": [], "response": []}

    def _keep(self, response: httpx2.Response) -> None:
        request = response.request
        if response.is_success and "json" in request.headers.get("content-type", ""):
            self.taken.append((request.method, request.url.path, json.loads(request.content)))


def known(api: ServiceUnderTest, taken: list[tuple[str, str, Any]]) -> Known:
    """What the service's own lists show, and what it has taken."""
    found = Known({"cursor": list(_CURSORS)})
    everybody = api.client(*(role for role in Role if role is not Role.SERVICE))
    for path, item in api.app.openapi()["paths"].items():
        if "get" in item and "{" not in path and "application/json" in str(item["get"]["responses"]["200"]):
            answer = everybody.get(path)
            if answer.is_success:
                _gather(answer.json(), _id_of(path), found.values)
        for method in item:
            good = [_good(path, asked, body) for verb, asked, body in taken if verb.lower() == method]
            found.good[f"{method.upper()} {path}"] = [each for each in good if each is not None]
    return found


def _good(path: str, asked: str, body: Any) -> tuple[dict[str, Any], Any] | None:
    match = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path)), asked)
    return (match.groupdict(), body) if match else None


def _id_of(path: str) -> str:
    """What `id` in this list is called elsewhere: session_id, request_id."""
    return path.rstrip("s").rpartition("/")[2].rpartition("-")[2] + "_id"


def _gather(shown: Any, own_id: str, found: dict[str, list[Any]]) -> None:
    if isinstance(shown, list):
        for item in shown:
            _gather(item, own_id, found)
    elif isinstance(shown, dict):
        for name, value in shown.items():
            if isinstance(value, str):
                found.setdefault(own_id if name == "id" else name, []).append(value)
            else:
                _gather(value, own_id, found)


def configured() -> schemathesis.Config:
    """Tokens are the tests' own. A query may hold names that the document does not know: they are not read.

    A body too long for a caller without a token is refused for that, before anybody looks at what is wrong in it.
    """
    refusals = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
    return schemathesis.Config.from_dict(
        {
            "generation": {"with-security-parameters": False, "allow-extra-parameters": False},
            "checks": {"negative_data_rejection": {"expected-statuses": refusals}},
        }
    )


def cases(operation: Any) -> st.SearchStrategy[Case[Any]]:
    """What the document allows, and what it forbids where it asks for anything."""
    allowed: st.SearchStrategy[Case[Any]] = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not list(operation.iter_parameters()) and not operation.body:
        return allowed
    return st.one_of(allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))


def fill(case: Case[Any], label: str, there: Known, data: st.DataObject) -> None:
    """Bring what the document allows closer to what is there: ids, any version, bodies once taken but for one value."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if data.draw(st.integers(0, 9)):
        case.headers["idempotency-key"] = key()
        case.headers["if-match"] = "*"
    if there.good.get(label) and data.draw(st.booleans()):
        places, body = data.draw(st.sampled_from(there.good[label]))
        case.path_parameters.update(places)
        case.body = _with_one_odd(body, data)
    elif data.draw(st.booleans()):
        _name_what_is_there(case.path_parameters, case.path_parameters, there, data)
        _name_what_is_there(case.query, [each.name for each in case.operation.query], there, data)
        if isinstance(case.body, dict):
            _name_what_is_there(case.body, case.body, there, data)


def _name_what_is_there(part: dict[str, Any], names: Iterable[str], there: Known, data: st.DataObject) -> None:
    for name in sorted(there.values.keys() & names):
        if data.draw(st.booleans()):
            part[name] = data.draw(st.sampled_from(there.values[name]))


def on_the_wire(body: Any) -> Any:
    """The body as it is sent: with the half pair that stands for LONE."""
    if isinstance(body, bytes):
        return body.replace(b"\\ue000", b"\\ud800").replace(LONE.encode(), b"\\ud800")
    return body


def one_wrong(body: Any) -> Iterator[tuple[str, bytes]]:
    """The JSON body with each of its values in turn replaced by each odd one, and what was done."""
    changed = deepcopy(body)
    for inside, name in list(_places(changed)):
        kept = inside[name]
        for odd in ODD:
            inside[name] = odd
            yield f"{name} = {odd!r:.60}", on_the_wire(json.dumps(changed).encode())
        inside[name] = kept


def _with_one_odd(body: Any, data: st.DataObject) -> Any:
    changed = deepcopy(body)
    places = list(_places(changed))
    is_changed: bool = data.draw(st.sampled_from((True, True, False)))
    if places and is_changed:
        chosen: int = data.draw(st.integers(0, len(places) - 1))
        inside, name = places[chosen]
        inside[name] = data.draw(st.sampled_from(ODD))
    return changed


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value where something else could stand."""
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in inner:
        yield value, name
        yield from _places(item)
