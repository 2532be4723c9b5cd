"""What this service's own rows say in words for programs, in words for people."""

from collections.abc import Mapping
from typing import Any

from services.gdpr.domain.rights import NAMED

_SERVICES = {"catalog": "catalogue", "contracts": "contrats", "payments": "paiements"}
_STAGES = {
    "received": "reçue",
    "searching": "recherche en cours",
    "candidates": "personnes à reconnaître",
    "matched": "personnes reconnues",
    "gathering": "réponse en préparation",
    "ready": "réponse prête",
    "delivered": "réponse remise",
    "refused": "refusée",
}
_IDENTITIES = {
    "unchecked": "non vérifiée",
    "asked": "justification demandée",
    "answered": "justification reçue",
    "established": "établie",
}
_STEPS = {
    "identity-asked": "justification d’identité demandée",
    "identity-answered": "justification d’identité reçue",
    "identity-established": "identité établie",
    "identity-not-answered": "demande de justification restée sans réponse",
    "extended": "délai prolongé",
    "extension-void": "prolongation sans effet",
    "search-begun": "recherche commencée",
    "candidates-found": "recherche terminée",
    "matches-confirmed": "personnes reconnues",
    "package-made": "réponse préparée",
    "delivered": "réponse remise",
    "refused-manifestly-unfounded": "demande refusée : manifestement infondée",
    "refused-excessive": "demande refusée : excessive",
    "refused-identity-not-shown": "demande refusée : identité non établie",
    "desk-day-reached": "un mois écoulé, ou trois après prolongation",
    "last-day-reached": "dernier jour du délai",
    "package-dropped": "réponse effacée de nos fichiers",
}
_PEOPLE = {"customer": "client", "contact": "interlocuteur d’un client", "person": "stagiaire", "trainer": "formateur"}
_MATCHED_ON = {"email": "adresse électronique", "name": "nom", "organisation": "organisme"}

# What holds for every activity (Art. 30(1)(g) and 32 GDPR); each is a property of the platform itself.
SECURITY_MEASURES = (
    "Accès par rôle et par jeton signé, vérifié à l’entrée et dans chaque service",
    "Une base de données par service, sans accès d’un service à celle d’un autre",
    "Journaux sans donnée personnelle des demandes ni des réponses",
    "Factures en série chaînée par empreintes, dont toute altération se voit",
    "Réponses aux demandes d’accès sans mise en cache, remises après vérification de l’identité",
)

WORDS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("privacy_request", "kind"): {right.value: words for right, words in NAMED.items()},
    ("privacy_request", "stage"): _STAGES,
    ("privacy_request", "identity"): _IDENTITIES,
    ("privacy_step", "kind"): _STEPS,
    ("privacy_candidate", "service"): _SERVICES,
    ("privacy_candidate", "kind"): _PEOPLE,
    ("privacy_candidate", "matched_on"): _MATCHED_ON,
}


def worded(table: str, path: str, value: Any) -> Any:
    """The value in French where it is one of these words; any other as it is."""
    if isinstance(value, list):
        return [worded(table, path, item) for item in value]
    return WORDS.get((table, path), {}).get(value, value) if isinstance(value, str) else value
