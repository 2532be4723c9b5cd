"""Payments under test, on both databases."""

from tests.support.service import service_fixture

api = service_fixture("payments")
