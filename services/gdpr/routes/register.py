"""The register of processing activities (Art. 30 GDPR)."""

from fastapi import APIRouter

from chassis.auth import Role, allow
from chassis.platform import Ctx
from services.gdpr.use_cases.register import RegisterView, register

router = APIRouter(prefix="/v1/processing-register", tags=["privacy"])


@router.get("", **allow(Role.DPO))
def read_register(platform: Ctx) -> RegisterView:
    """What is done with personal data: why, on what ground, whose, of what kind, for whom, how long, where."""
    return register(platform)
