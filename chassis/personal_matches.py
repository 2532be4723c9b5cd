"""Who may be the person that asks: candidates for the data protection officer, who alone decides.

An e-mail address matches exactly but for its case, a name without accents, case or order (chassis/values/names.py).
An organisation confirms what one of these found and finds nobody by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.personal_data import People
from chassis.values.names import fold, may_be_same

MOST = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """A person as the services know one.

    id: of a customer or a trainee the UUID; of a trainee whom a contract names without one the contract's and, after a
    slash, the folded name; of a customer's contact the customer's and, after a slash, the folded name; of a trainer
    the folded name; of staff what their token names them.
    """

    people: People
    id: str

    @property
    def key(self) -> str:
        """The part that rows refer to."""
        return self.id.partition("/")[0]

    @property
    def is_without_id(self) -> bool:
        """Whether it is a trainee who is known by a contract and a name."""
        return self.people is People.PERSON and self.key != self.id

    @property
    def name(self) -> str:
        """The folded name, where it is part of the id."""
        return self.id.rpartition("/")[2]


def trainee_without_id(contract_id: object, name: str) -> Subject:
    """The trainee of that name on a contract that knows no ids of its trainees."""
    return Subject(People.PERSON, f"{contract_id}/{fold(name)}")


def contact_of(customer_id: object, name: str) -> Subject:
    """The contact of that name at a customer."""
    return Subject(People.CONTACT, f"{customer_id}/{fold(name)}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person who asks is known by."""

    given_name: str | None
    family_name: str | None
    email: str | None
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody in the rows. details: what lets an officer tell one from another."""

    subject: Subject
    label: str
    email: str | None
    organisation: str | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate, and what it was found by."""

    candidate: Candidate
    matched_on: tuple[str, ...]


def matches(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Match]:
    """Those who may be the person, each once, what says most first; at most one more than MOST."""
    found: dict[Subject, Match] = {}
    for candidate in candidates:
        matched = tuple(_matched_on(wanted, candidate))
        known = found.get(candidate.subject)
        if matched and matched != ("organisation",) and (known is None or len(known.matched_on) < len(matched)):
            found[candidate.subject] = Match(candidate, matched)
    order = sorted(
        found.values(),
        key=lambda match: (
            -len(match.matched_on),
            fold(match.candidate.label),
            match.candidate.subject.people,
            match.candidate.subject.id,
        ),
    )
    return order[: MOST + 1]


def _matched_on(wanted: Wanted, candidate: Candidate) -> Iterable[str]:
    if wanted.email and candidate.email and wanted.email.casefold() == candidate.email.casefold():
        yield "email"
    if may_be_same(wanted.given_name, wanted.family_name, candidate.label):
        yield "name"
    if wanted.organisation and candidate.organisation and fold(wanted.organisation) == fold(candidate.organisation):
        yield "organisation"
