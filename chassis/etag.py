"""ETag and If-Match: two people who edit the same thing never overwrite each other unseen."""

from typing import Annotated

from fastapi import Depends, Header

from chassis.problems import Problem


def etag(version: int) -> str:
    """The entity tag of a version."""
    return f'"{version}"'


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether If-None-Match lists the tag: who asks has what stands."""
    return tag in (listed.strip().removeprefix("W/") for listed in if_none_match.split(","))


async def _if_match(if_match: Annotated[str | None, Header()] = None) -> str | None:
    return if_match


IfMatch = Annotated[str | None, Depends(_if_match)]


def check_match(if_match: str | None, version: int) -> None:
    """428 where no If-Match came, 412 where it names another version than the one that stands."""
    if if_match is None:
        raise Problem(428, "if-match-missing", "Read it first, and send its ETag back as If-Match.")
    if if_match.strip().removeprefix("W/") not in (etag(version), "*"):
        raise Problem(412, "changed-meanwhile", "It was changed meanwhile: read it again, then change it.")
