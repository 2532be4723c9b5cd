"""The published general terms of sale: their values, for everybody."""

from fastapi import APIRouter

from chassis.auth import Role, allow
from chassis.platform import Ctx
from services.contracts.use_cases import published_terms
from services.contracts.use_cases.views import TermsView

router = APIRouter(tags=["contracts"])


@router.get("/v1/terms/current", **allow(Role.VISITOR))
def read_current_terms(platform: Ctx) -> TermsView:
    """The version in force today."""
    return published_terms.current_terms(platform.clock.today())


@router.get("/v1/terms/{version}", **allow(Role.VISITOR))
def read_terms(version: str) -> TermsView:
    """A published version."""
    return published_terms.terms_version(version)
