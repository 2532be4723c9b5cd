"""How one line of a course sheet's template reads: heading, bullet, numbered section, page furniture."""

import re
from enum import StrEnum

from services.catalog.domain.course import Half
from services.catalog.domain.french import fold, tidy


class Part(StrEnum):
    """The parts of a sheet, named as the fields that they fill; the last two fill none."""

    HEADER = "header"
    OBJECTIVES = "objectives"
    PROGRAMME = "programme"
    PREREQUISITES = "prerequisites"
    AUDIENCE = "audience"
    METHODS = "methods"
    ASSESSMENT = "assessment"
    PEDAGOGY = "pedagogy"
    TERMS = "terms"


_HEADINGS = {
    "objectifs de la formation": Part.OBJECTIVES,
    "objectifs pedagogiques": Part.OBJECTIVES,
    "objectifs": Part.OBJECTIVES,
    "programme de la formation": Part.PROGRAMME,
    "programme": Part.PROGRAMME,
    "pre-requis": Part.PREREQUISITES,
    "pre requis": Part.PREREQUISITES,
    "prerequis": Part.PREREQUISITES,
    "public cible": Part.AUDIENCE,
    "public vise": Part.AUDIENCE,
    "public concerne": Part.AUDIENCE,
    "public": Part.AUDIENCE,
    "pedagogie": Part.PEDAGOGY,
    "methodes pedagogiques": Part.METHODS,
    "modalites d'evaluation": Part.ASSESSMENT,
}
# The general terms start here: their title, at most with the company's name behind it.
_TERMS = re.compile(r"(conditions generales de vente|cgv)( ?[:-]( ?[^ ]+){1,4})?")
_LEAD_IN = re.compile(r"a l'issue de (la|cette) formation,? les (participants|stagiaires|apprenants) seront\b.*:")
_DAY = re.compile(r"jour (\d{1,2}) ?[-:]? ?(matin|apres[- ]midi)")
_BULLET = re.compile(r"(?:[•●▪◦·‣–—]|[-*](?![-*]))\s*(.*)", re.DOTALL)
_NUMBERED = re.compile(r"(\d{1,3}) ?[.)](?!\d) ?(\S.*)")
_DAYS = re.compile(r"(?:duree ?:? ?)?(\d{1,3}(?:[.,]\d+)?) ?jours?")
_NUMBER = re.compile(r"\d{1,3}([.,]\d+)?")
_WITHIN = "dans "
_DASH = re.compile(r" [-–—] ")
_REFERENCE = re.compile(r"(?:/ ?)?r[ée]f(?:[ée]rence)?\.? ?:? ?([A-Z0-9]+(?: ?[-‐‑–] ?[A-Z0-9]+)+)", re.IGNORECASE)

# What the law has a company print on its papers, and the list of its group's companies.
_COMPANY = re.compile(r"(SAS|SASU|SARL|EURL|SA|SNC|SCOP|SCIC|SCI|SELARL)( [^ .,;:!?]+){1,6}")
_GROUP = re.compile(r"GROUPE( [^ .,;:!?]+){0,3}")
_LEGAL = re.compile(
    r"(au capital (social )?de .*|siege social ?:.*|(n\W{0,2} ?)?(siret|siren|tva)\b.*\d.*|rcs \w+.*"
    r"|(code )?(naf|ape) ?:.*|(n\W{0,2} ?(de )?)?declaration d'activite.*|les filiales du groupe\b.*)"
)
_CONTACT = re.compile(
    r"((tel|telephone|fax|e-?mail|mail|courriel|site|site internet)\.? ?:.*|(https?://|www\.)\S+|\S+@\S+)"
)
_NAME = re.compile(r"[^ .,;!?…]+( [^ .,;!?…]+){0,5}")
_PAGE = re.compile(r"(page \d+( ?(/|sur|de) ?\d+)?|\d+ ?/ ?\d+|- ?\d+ ?-|\d+)")


def cleaned(line: str) -> str:
    """The line without form feeds, marks of bold or of headings, doubled spaces and invisible characters."""
    return tidy(re.sub(r"^#{1,6} ", "", tidy(line.replace("**", ""))))


def heading(text: str) -> tuple[Part, str] | None:
    """The part that a heading opens, and what stands behind its colon on the same line ("" for nothing)."""
    folded = fold(text)
    if _TERMS.fullmatch(folded):
        return Part.TERMS, ""
    label, colon, _ = folded.partition(":")
    part = _HEADINGS.get(label.strip())
    if part is None:
        return None
    return part, text.partition(":")[-1].strip() if colon else ""


def bullet(text: str) -> str | None:
    """The text behind a bullet, "" where nothing is; None where there is no bullet."""
    found = _BULLET.fullmatch(text)
    return found[1].strip() if found else None


def numbered(text: str) -> tuple[int, str] | None:
    """A section's number and title, from "3. Concevoir une stratégie"."""
    found = _NUMBERED.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def day_heading(text: str) -> tuple[int, Half] | None:
    """The half-day that "Jour 1 - Après-midi" opens."""
    found = _DAY.fullmatch(fold(text))
    return (int(found[1]), Half.MORNING if found[2] == "matin" else Half.AFTERNOON) if found else None


def is_lead_in(text: str) -> bool:
    """The template's sentence between the programme's title and its first half-day."""
    return _LEAD_IN.fullmatch(fold(text)) is not None


def duration(text: str) -> str | None:
    """The number, as written, in "2 Jours" or "Durée : 2 jours"."""
    found = _DAYS.fullmatch(fold(text))
    return found[1] if found else None


def is_number(text: str) -> bool:
    """A number alone on its line."""
    return _NUMBER.fullmatch(text) is not None


def field_of(text: str) -> tuple[str, str, str] | None:
    """Domain, subdomain and what stands behind the slash, from "dans MARKETING - CRM / Réf : …"."""
    if not fold(text).startswith(_WITHIN):
        return None
    names, _, rest = text[len(_WITHIN) :].partition("/")
    domain, *subdomain = _DASH.split(names, maxsplit=1)
    return (domain.strip(), subdomain[0].strip(), rest.strip()) if subdomain else None


def reference_in(text: str) -> str | None:
    """The reference in "Réf : MRK-OPE-08", its dashes made plain."""
    found = _REFERENCE.fullmatch(text)
    return re.sub(r" ?[-‐‑–] ?", "-", found[1]).upper() if found else None


def is_legal_notice(text: str) -> bool:
    """A line of the company's legal notice or the head of its group's list: page furniture begins."""
    return bool(_COMPANY.fullmatch(text) or _GROUP.fullmatch(text) or _LEGAL.fullmatch(fold(text)))


def is_page_mark(text: str) -> bool:
    """A page number, or a line that holds only a way to reach the company."""
    folded = fold(text)
    return bool(_PAGE.fullmatch(folded) or _CONTACT.fullmatch(folded))


def reads_as_name(text: str) -> bool:
    """A few words without a sentence's punctuation: a name, a strapline or a heading, rather than a statement."""
    return _NAME.fullmatch(text) is not None
