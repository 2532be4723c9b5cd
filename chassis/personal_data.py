"""What each column holds about people, said beside the tables that hold it (GDPR Art. 5, 6, 15 and 30).

The register, access, portability, rectification, restriction, erasure and the purge are read off these values:
what is not declared is given to nobody and never erased, so a test fails for a column without a declaration.

A path names a value from its row: a column (`email`), a value inside a JSON column (`issued.customer.name`), each item
of a list (`issued.lines[].description`), or the items that are the person's own, by the field that names the person
(`issued.trainees[person_id].given_name`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from chassis.values.money import Money
from chassis.values.periods import add_months

_DECEMBER, _LAST = 12, 31
_MONTHS = 12


class _Named(StrEnum):
    """A stable word for programs; `french` is the one for people."""

    french: str

    def __new__(cls, word: str, french: str) -> "_Named":
        """A member from both words."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.french = french
        return member


class People(_Named):
    """Whose data. The first four are what a request is matched to."""

    CUSTOMER = ("customer", "Clients particuliers et entrepreneurs individuels")
    CONTACT = ("contact", "Interlocuteurs des clients")
    PERSON = ("person", "Stagiaires")
    TRAINER = ("trainer", "Formateurs")
    STAFF = ("staff", "Personnel de l’organisme")
    REQUESTER = ("requester", "Auteurs de demandes relatives à leurs données")
    ANYBODY = ("anybody", "Toute personne à qui la plateforme écrit ou que ses messages nomment")


class Category(_Named):
    """What the value says of the person."""

    IDENTITY = ("identity", "Identité")
    CONTACT = ("contact", "Coordonnées")
    PROFESSIONAL = ("professional", "Vie professionnelle")
    TRAINING = ("training", "Formation")
    ORDER = ("order", "Commandes et contrats")
    FINANCIAL = ("financial", "Données économiques et financières")
    CONNECTION = ("connection", "Données techniques")
    FREE_TEXT = ("free_text", "Texte libre")


class Source(_Named):
    """Who gave it. What the person gave is what portability hands over."""

    PERSON = ("person", "La personne elle-même")
    CUSTOMER = ("customer", "Le client")
    OPERATOR = ("operator", "L’opérateur de compétences")
    STAFF = ("staff", "Le personnel de l’organisme")
    SYSTEM = ("system", "Le système d’information de l’organisme")


class Form(_Named):
    """What may become of a value.

    CURRENT is rectified in place. ISSUED is what was said on its day: a change is issued anew, never made in it.
    CARRIED is a copy made for transport, which goes by itself: access gives the value from where it is kept.
    """

    CURRENT = ("current", "Donnée courante")
    ISSUED = ("issued", "Copie figée à la date d’émission")
    CARRIED = ("carried", "Copie technique de transport")


class CountedFrom(_Named):
    """The day a retention starts on, which is not counted; in French after « à compter »."""

    RELATIONSHIP_END = ("relationship_end", "de la fin de la relation contractuelle")
    TRAINING_END = ("training_end", "de la fin de la formation")
    LAST_CONTACT = ("last_contact", "du dernier contact")
    FISCAL_YEAR_CLOSE = ("fiscal_year_close", "de la clôture de l’exercice")
    RECORDED = ("recorded", "de l’enregistrement")
    REQUEST_CLOSED = ("request_closed", "de la clôture de la demande")


@dataclass(frozen=True, slots=True)
class Purpose:
    """A processing activity of the register. title, recipients: in French, for the register and the person."""

    name: str
    title: str
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """A letter of Art. 6(1), and in French the contract, law or interest that it rests on."""

    letter: str
    ground: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long, counted from what, on what ground; where `by_law`, erasure keeps it until then and seals it.

    without_contract: the rule instead for those who never signed anything.
    """

    name: str
    counted_from: CountedFrom
    ground: str
    months: int
    by_law: bool = False
    without_contract: "Retention | None" = None

    def until(self, start: date) -> date:
        """The last day; start: the day it is counted from, for a fiscal year any day in it (Ours: a calendar year)."""
        if self.counted_from is CountedFrom.FISCAL_YEAR_CLOSE:
            start = date(start.year, _DECEMBER, _LAST)
        return add_months(start, self.months)

    @property
    def french(self) -> str:
        """The rule in words, for the register and the person."""
        years, rest = divmod(self.months, _MONTHS)
        long = f"{self.months} mois" if rest else f"{years} an{'s' if years > 1 else ''}"
        said = f"{long} à compter {self.counted_from.french} ({self.ground})"
        other = self.without_contract
        return f"{said} ; sans contrat, {other.french}" if other else said


@dataclass(frozen=True, slots=True)
class Link:
    """How a row leads to a person.

    path: to the value that is the person's id, `/` between steps: `customer_id`; `proposal_id/customer_id` follows
    the foreign key; `contract_person(contract_id=id)/person_id` goes to the rows that name this one. Empty where
    no id leads there and only the name does. A whole JSON column: the id stands somewhere in it.
    named: path of the name that must be the person's too, where the id is shared (a customer's contacts) or absent.
    without_id: of a list of people, path to the id by which those are known whom the list holds without their own.
    address: whether the value is an e-mail address, and the row whoever's it is; where it is somebody else's too, the
    row's free texts are withheld.
    """

    people: People
    path: str
    named: str | None = None
    address: bool = False
    without_id: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """A value about the person. label: in French.

    address: the value is an e-mail address of the person. salt: the column whose value hides the value's digest in a
    chain of hashes, and goes with it. file: the value is the SHA-256 of a stored file, given whole or not at all:
    `names` is the path of the ids of everybody it names, `party` of whom it is addressed to: an object with the `name`
    of that party and its `contact_name`, who may be another person. withheld: in French, why the value is not given as
    it is; a file is given all the same where another holding of the subjects gives it.
    """

    path: str
    category: Category
    label: str
    address: bool = False
    salt: str | None = None
    file: bool = False
    names: str | None = None
    party: str | None = None
    withheld: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """Why and how long: what the holdings of one purpose have in common."""

    purpose: Purpose
    basis: Basis
    retention: Retention


@dataclass(frozen=True, slots=True)
class Longer:
    """What a law has kept longer of a holding's rows: those whose `amounts` sum to `least` or more.

    amounts: paths to whole cents, which lead nowhere from a row that the law does not speak of. activity, since: for
    these rows, in the place of the holding's.
    """

    activity: Activity
    since: str
    amounts: tuple[str, ...]
    least: Money


@dataclass(frozen=True, slots=True)
class Holding:
    """Values of one table about the same people, for one activity.

    since: path of the day that the retention is counted from, where the row knows it. longer: for some of its rows.
    """

    link: Link
    activity: Activity
    source: Source
    fields: tuple[Field, ...]
    form: Form = Form.CURRENT
    since: str | None = None
    longer: Longer | None = None

    @property
    def activities(self) -> tuple[Activity, ...]:
        """Its own, and that of the rows which are kept longer."""
        return (self.activity, self.longer.activity) if self.longer else (self.activity,)


@dataclass(frozen=True, slots=True)
class TableHolds:
    """What a table holds: about people, in `holdings`; about nobody, in `none`. label: of a row, in French."""

    table: str
    label: str
    holdings: tuple[Holding, ...]
    none: tuple[str, ...]

    def columns(self) -> Iterator[str]:
        """Every column that is declared, as often as it is."""
        paths = list(self.none)
        for holding in self.holdings:
            paths += [holding.link.path, holding.link.named or "", holding.since or ""]
            paths += [holding.link.without_id or ""]
            paths += [holding.longer.since, *holding.longer.amounts] if holding.longer else []
            for field in holding.fields:
                paths += [field.path, field.salt or "", field.names or "", field.party or ""]
        yield from (column for path in paths if (column := column_of(path)))


def column_of(path: str) -> str:
    """The column of its own row that a path starts from; nothing for one that starts elsewhere."""
    step = path.partition("/")[0]
    if "(" in step:
        return step.rpartition("=")[2].rstrip(")")
    return step.partition(".")[0].partition("[")[0]


def holds(table: str, label: str, *holdings: Holding, none: str = "") -> TableHolds:
    """A table's declaration. none: the columns, or paths in JSON, that hold nothing about people, in one text."""
    return TableHolds(table, label, holdings, tuple(none.split()))


def fields(category: Category, labels: Mapping[str, str]) -> tuple[Field, ...]:
    """Plain values of one category: the French label of each path."""
    return tuple(Field(path, category, label) for path, label in labels.items())


# Why a trainee is told of a document and not given it (Art. 15(4)).
CUSTOMERS_TOO = "Le document concerne aussi le client, et peut nommer d’autres personnes."

# The bases that services share.
CONTRACT = Basis("b", "Contrat conclu avec la personne, ou mesures prises à sa demande avant de le conclure")
BUSINESS_RELATION = Basis("f", "Intérêt légitime : exécuter le contrat conclu avec l’employeur ou le mandant")
ACCOUNTING_LAW = Basis("c", "Obligation comptable : C. com. L123-22")
TRAINING_LAW = Basis("c", "Preuve de la réalisation de la formation : C. trav. L6353-1 et L6362-6")
SECURITY = Basis("f", "Intérêt légitime : remettre chaque message une fois et répondre de ce qui a été envoyé")

# How long. The terms' and the law's own figures; a test holds them to services/contracts/domain. "Ours": neither says.
PROSPECTS = Retention("prospects", CountedFrom.LAST_CONTACT, "Art. 5(1)(e), référentiel CNIL", months=36)
RELATIONSHIP = Retention("relationship", CountedFrom.RELATIONSHIP_END, "§5.5", months=60, without_contract=PROSPECTS)
INVOICES = Retention("invoices", CountedFrom.FISCAL_YEAR_CLOSE, "C. com. L123-22", months=120, by_law=True)
# A consumer's contract of 120 EUR or more, concluded online.
ONLINE_CONTRACTS = Retention("online-contracts", CountedFrom.TRAINING_END, "C. conso D213-2", months=120, by_law=True)
# Ours: the time in which a claim can be brought (C. civ. 2224), until the provider configures another.
TRAINING_PROOF = Retention("training-proof", CountedFrom.TRAINING_END, "C. trav. L6362-6", months=60, by_law=True)
# Ours: long enough to send again and to answer for what was sent.
MESSAGES = Retention("messages", CountedFrom.RECORDED, "Art. 5(1)(e)", months=3)
