"""What a proposal must contain and what issuing it freezes."""

from dataclasses import replace
from datetime import date

import pytest

from chassis.values.money import Money
from chassis.values.refusals import Refused
from services.contracts.domain.parties import CustomerKind
from services.contracts.domain.price import PriceLine
from services.contracts.domain.proposal import Draft, issue, missing, refuse_not_training
from services.contracts.domain.training import Course, Session
from tests.contracts.domain.makers import ADDRESS, ANNA, ISSUED_ON, SELLER, TERMS, customer, draft, line, session


def test_a_draft_that_has_nothing_names_all_that_is_missing_in_the_clauses_order() -> None:
    assert missing(Draft(customer=customer())) == (
        "seller",
        "course_title",
        "course_reference",
        "dates",
        "place",
        "duration",
        "trainees",
        "lines",
        "billing_address",
    )


def test_a_complete_draft_lacks_nothing() -> None:
    assert missing(draft()) == ()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seller": None}, "seller"),
        ({"trainees": (ANNA, replace(ANNA, family_name=""))}, "trainee_names"),
        ({"trainees": ()}, "trainees"),
        ({"lines": ()}, "lines"),
        ({"billing_address": replace(ADDRESS, city="")}, "billing_address"),
        ({"session": replace(session(), place="")}, "place"),
    ],
)
def test_each_thing_alone_is_named(change: dict[str, object], named: str) -> None:
    incomplete = replace(draft(), **change)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refusal:
        issue(incomplete, ISSUED_ON, TERMS)
    assert (refusal.value.code, refusal.value.clause) == ("proposal-incomplete", "2.1")
    assert refusal.value.facts == {"missing": [named]}


def test_the_story_is_issued_with_its_price_deposit_and_last_day() -> None:
    proposal = issue(draft(), ISSUED_ON, TERMS)
    assert proposal.last_day == date(2026, 1, 14)
    assert proposal.price.incl_tax == Money(2400_00)
    assert proposal.deposit_amount == Money(720_00)
    assert (proposal.terms, proposal.course.revision, proposal.seller) == (TERMS, 1, SELLER)


def test_what_is_issued_is_priced_and_dated_by_the_terms_it_freezes() -> None:
    proposal = issue(draft(), ISSUED_ON, TERMS.override({"deposit_rate": "10", "proposal_validity_days": 5}))
    assert (proposal.deposit_amount, proposal.last_day) == (Money(240_00), date(2025, 12, 20))


def test_an_individual_needs_an_individual_training_contract() -> None:
    with pytest.raises(Refused) as refusal:
        issue(draft(CustomerKind.INDIVIDUAL), ISSUED_ON, TERMS)
    assert (refusal.value.code, refusal.value.clause) == ("individual-contract-needed", "2.1")
    assert issue(draft(CustomerKind.SOLE_TRADER), ISSUED_ON, TERMS).deposit_amount == Money(720_00)


@pytest.mark.parametrize(
    "description",
    [
        "Coaching individuel",
        "COACHING de l'équipe",
        "Séance d’accompagnement",
        "ACCOMPAGNEMENT au changement",
        "Accompagnements",
        "accompágnement",
        "coaching_individuel",
        "coaching2",
        "E-coaching",
        "Coacher des équipes",
        "Formation CRM et accompagnement",
        "Formation + accompagnement au poste",
        "2 heures d'accompagnement",
        "accompagnement_individuel",
        "Formation et séances d’accompagnement",
        "Suivi : accompagnement individuel",
        "Un accompagnement du changement",
        "coa\u00adching",  # a soft hyphen inside
        "ｃｏａｃｈｉｎｇ",  # full-width letters
    ],
)
def test_coaching_and_accompaniment_are_not_training(description: str) -> None:
    with pytest.raises(Refused) as refusal:
        refuse_not_training([line(), line(description)])
    assert (refusal.value.code, refusal.value.clause) == ("line-not-training", "2.1")
    assert refusal.value.facts == {"line": 1}
    with pytest.raises(Refused):
        issue(replace(draft(), lines=(line(description),)), ISSUED_ON, TERMS)


@pytest.mark.parametrize("title", ["Le coaching d'équipe", "Accompagnement du changement"])
def test_a_course_of_coaching_or_accompaniment_is_not_proposed(title: str) -> None:
    course = Course("MRK-OPE-08", title, 1)
    with pytest.raises(Refused) as refusal:
        issue(replace(draft(), course=course), ISSUED_ON, TERMS)
    assert (refusal.value.code, refusal.value.clause) == ("course-not-training", "2.1")
    assert refusal.value.facts == {"course_reference": "MRK-OPE-08"}


@pytest.mark.parametrize(
    "description",
    [
        "Formation à l'accompagnement du changement",
        "Formation des coachs",
        "Formation de coach d'équipe",
        "Formation à l’encadrement et à l’accompagnement du changement",
        "Construire un accompagnement au changement",
        "Réussir ses missions d'accompagnement",
        "Formation d'accompagnateur en montagne",
        "Approche",
        "Roach, approachable",
    ],
)
def test_other_words_are_training(description: str) -> None:
    refuse_not_training([line(description)])


def test_a_vat_rate_no_longer_in_force_is_refused() -> None:
    with pytest.raises(Refused, match=r"19\.6"):
        issue(replace(draft(), lines=(line(vat_rate="19.6"),)), ISSUED_ON, TERMS)


@pytest.mark.parametrize(("issued_on", "allowed"), [(date(2026, 1, 29), True), (date(2026, 1, 30), False)])
def test_a_session_that_has_started_cannot_be_proposed(issued_on: date, allowed: bool) -> None:
    if allowed:
        assert issue(draft(), issued_on, TERMS).issued_on == issued_on
    else:
        with pytest.raises(Refused, match="starts on 2026-01-30"):
            issue(draft(), issued_on, TERMS)


def test_a_price_without_a_deposit_to_ask_for_could_never_be_concluded() -> None:
    cheap: PriceLine = replace(line(), unit_price=Money(1))
    with pytest.raises(Refused) as refusal:
        issue(replace(draft(), lines=(cheap,)), ISSUED_ON, TERMS)
    assert refusal.value.code == "price-too-small"


def test_a_session_knows_its_days_and_hours() -> None:
    two_days: Session = session()
    assert (two_days.starts_on, two_days.ends_on) == (date(2026, 1, 30), date(2026, 1, 31))
    assert str(two_days.planned_hours) == "14.00"
    assert session(date(2026, 3, 2), date(2026, 2, 2)).starts_on == date(2026, 2, 2)
