"""The matrix of matrix.toml, beside what the services declare."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from chassis.auth import Role

MATRIX = tomllib.loads(Path(__file__).with_name("matrix.toml").read_text(encoding="utf-8"))
COMMON = "every-service"
SERVICES = tuple(name for name in MATRIX if name != COMMON)


@dataclass(frozen=True)
class Row:
    """One operation and the roles that the matrix lets call it, `admin` included where people call it."""

    service: str
    operation: str
    roles: frozenset[str]

    def lets_in(self, role: Role | None) -> bool:
        """Whether a caller of this role (None: without a token) may call it."""
        return Role.VISITOR in self.roles or (role is not None and role in self.roles)


def _with_admin(roles: list[str]) -> frozenset[str]:
    return frozenset(roles) if roles == [Role.SERVICE] else frozenset({*roles, Role.ADMIN})


def rows() -> list[Row]:
    """Every row, those of every service written out for each."""
    return [
        Row(service, operation.replace("{service}", service), _with_admin(roles))
        for service in SERVICES
        for operation, roles in {**MATRIX[COMMON], **MATRIX[service]}.items()
    ]
