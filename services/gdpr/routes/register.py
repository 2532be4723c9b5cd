"""The register of processing activities (Art. 30 GDPR)."""

from fastapi import APIRouter, Response

from chassis.auth import Role, allow
from chassis.openapi import file_answer
from chassis.platform import Ctx
from services.gdpr.use_cases.register import RegisterView, register, register_csv

router = APIRouter(prefix="/v1/processing-register", tags=["privacy"])


@router.get("", **allow(Role.DPO))
def read_register(platform: Ctx) -> RegisterView:
    """What is done with personal data: why, on what ground, whose, of what kind, for whom, how long, where."""
    return register(platform)


@router.get(".csv", response_class=Response, responses=file_answer("text/csv"), **allow(Role.DPO))
def read_register_table(platform: Ctx) -> Response:
    """The same as a table in French, a row for each category of data of a purpose."""
    headers = {"Content-Disposition": 'attachment; filename="registre-des-traitements.csv"'}
    return Response(register_csv(platform), media_type="text/csv; charset=utf-8", headers=headers)
