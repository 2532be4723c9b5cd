"""The rights that a person may exercise (clauses, section 8; §5.5)."""

from enum import StrEnum


class Right(StrEnum):
    """What is asked for, by the article of the GDPR."""

    ACCESS = "access"  # Art. 15
    RECTIFICATION = "rectification"  # Art. 16
    ERASURE = "erasure"  # Art. 17
    RESTRICTION = "restriction"  # Art. 18
    PORTABILITY = "portability"  # Art. 20
    OBJECTION = "objection"  # Art. 21


NAMED: dict[Right, str] = {
    Right.ACCESS: "droit d'accès",
    Right.RECTIFICATION: "droit de rectification",
    Right.ERASURE: "droit à l'effacement",
    Right.RESTRICTION: "droit à la limitation du traitement",
    Right.PORTABILITY: "droit à la portabilité",
    Right.OBJECTION: "droit d'opposition",
}
