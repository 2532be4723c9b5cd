"""The kit for operators' integrators: what it signs is taken in, and each of its messages is as agreed."""

import json
import runpy
from pathlib import Path
from typing import Any

import pytest

from tests.payments.api.test_payments_webhooks import post, ready
from tests.support.client import ok
from tests.support.service import ServiceUnderTest

KIT = Path(__file__).resolve().parents[3] / "samples" / "opco-webhooks"
MESSAGES = sorted((KIT / "messages").glob("*.json"))


@pytest.fixture(scope="module")
def sender() -> dict[str, Any]:
    return runpy.run_path(str(KIT / "send.py"))


@pytest.mark.parametrize("path", MESSAGES, ids=[path.stem for path in MESSAGES])
def test_each_message_of_the_kit_is_signed_and_applied(
    api: ServiceUnderTest, sender: dict[str, Any], path: Path
) -> None:
    case, _, secret = ready(api)
    body = sender["message"](path, case.file_number)
    headers = sender["signed"](secret, f"msg_{path.stem}", int(sender["time"].time()), body)
    assert ok(post(api, headers, body), 202) == {"state": "applied"}
    assert ok(post(api, headers, body), 202) == {"state": "duplicate"}


def test_the_kit_has_a_message_of_each_kind_and_names_it(sender: dict[str, Any]) -> None:
    told = (KIT / "README.md").read_text("utf-8")
    for path in MESSAGES:
        assert json.loads(path.read_text("utf-8"))["type"] == path.stem
        assert f"messages/{path.name}" in told
    assert len(MESSAGES) == 7
