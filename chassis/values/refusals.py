"""The one exception that rules raise when they say no."""


class Refused(Exception):
    """A rule does not allow what was asked.

    code: stable slug, the last part of the problem's `type` (`proposal-expired`).
    detail: one sentence for the person who asked, saying what to do.
    clause: where the rule stands ("3.3" of the terms, or "C. trav. L6353-5"); None for a plain state.
    facts: JSON-ready members added to the answer (a last day, a list of what is missing).
    """

    def __init__(self, code: str, detail: str, clause: str | None = None, **facts: object) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.clause = clause
        self.facts = facts
