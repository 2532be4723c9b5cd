"""The published versions of the general terms, for everybody."""

from datetime import date

from chassis.problems import NotFound
from services.contracts.domain import terms
from services.contracts.domain.terms import CLAUSES, Terms
from services.contracts.use_cases.views import TermsView, TermView


def current_terms(today: date) -> TermsView:
    """The version in force."""
    return _view(terms.in_force(today))


def terms_version(name: str) -> TermsView:
    """A published version; NotFound."""
    found = terms.version(name)
    if found is None:
        raise NotFound("This version of the terms")
    return _view(found)


def _view(published: Terms) -> TermsView:
    values = published.values()
    return TermsView(
        version=published.version,
        in_force_from=published.in_force_from,
        values={name: TermView(value=value, clause=CLAUSES[name]) for name, value in values.items()},
    )
