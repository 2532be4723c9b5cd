"""Answers for everybody are kept for a second, and never beyond a change that this process made."""

from collections.abc import Iterator

import httpx2
import pytest
from fastapi import FastAPI, Response
from starlette.testclient import TestClient

from chassis import kept_answers
from chassis.kept_answers import FOR_A_SECOND, KeptAnswers


class Board:
    """A notice that everybody reads: how often it was looked up, and what the time is."""

    def __init__(self) -> None:
        self.notice, self.length = "first", 1
        self.lookups = 0
        self.now = 100.0
        self.marked = FOR_A_SECOND


@pytest.fixture
def board(monkeypatch: pytest.MonkeyPatch) -> Board:
    made = Board()
    monkeypatch.setattr(kept_answers, "monotonic", lambda: made.now)
    return made


@pytest.fixture
def http(board: Board) -> Iterator[httpx2.Client]:
    app = FastAPI()

    @app.get("/notice")
    def read() -> Response:
        board.lookups += 1
        headers = {"ETag": f'"{board.notice}"', "Cache-Control": board.marked}
        return Response(board.notice * board.length, headers=headers)

    @app.get("/read/{number}")
    def numbered(number: int) -> Response:
        board.lookups += 1
        return Response(str(number), headers={"Cache-Control": board.marked})

    @app.get("/raced")
    def raced() -> Response:
        """Read, then changed by somebody else before the answer leaves."""
        board.lookups += 1
        client.put("/notice")
        return Response("as it was", headers={"Cache-Control": board.marked})

    @app.get("/lost")
    def lost() -> Response:
        board.lookups += 1
        return Response("none", status_code=404, headers={"Cache-Control": board.marked})

    @app.put("/notice")
    def change() -> None:
        board.notice = "second"

    app.add_middleware(KeptAnswers)
    with TestClient(app) as client:
        yield client


def test_what_was_answered_is_answered_again_within_the_second(http: httpx2.Client, board: Board) -> None:
    first = http.get("/notice")
    board.now += 0.99
    again = http.get("/notice")
    assert (again.text, again.headers["etag"], board.lookups) == (first.text, first.headers["etag"], 1)


def test_the_second_runs_from_the_question(http: httpx2.Client, board: Board) -> None:
    http.get("/notice")
    board.notice = "second"
    board.now += 1.0
    assert http.get("/notice").text == "second"


def test_nobody_behind_adds_a_second_of_its_own(http: httpx2.Client) -> None:
    assert "age" not in http.get("/notice").headers
    assert http.get("/notice").headers["age"] == "1"


def test_who_has_it_is_told_so(http: httpx2.Client, board: Board) -> None:
    http.get("/notice")
    known = http.get("/notice", headers={"If-None-Match": '"other", W/"first"'})
    assert (known.status_code, known.content, known.headers["etag"]) == (304, b"", '"first"')
    assert "content-length" not in known.headers
    assert http.get("/notice", headers={"If-None-Match": '"other"'}).status_code == 200
    assert board.lookups == 1


def test_a_change_is_read_at_once(http: httpx2.Client) -> None:
    http.get("/notice")
    http.put("/notice")
    assert http.get("/notice").text == "second"


def test_what_was_read_before_a_change_is_not_kept(http: httpx2.Client, board: Board) -> None:
    http.get("/raced")
    http.get("/raced")
    assert board.lookups == 2


def test_who_presents_a_token_is_asked_for_it(http: httpx2.Client, board: Board) -> None:
    for _ in range(2):
        http.get("/notice")
        http.get("/notice", headers={"Authorization": "Bearer whatever"})
    assert board.lookups == 3


def test_what_is_not_for_everybody_is_not_kept(http: httpx2.Client, board: Board) -> None:
    board.marked = "private"
    http.get("/notice")
    http.get("/notice")
    assert board.lookups == 2


def test_a_question_with_a_query_or_another_answer_is_asked_again(http: httpx2.Client, board: Board) -> None:
    for path in ("/notice?page=2", "/lost"):
        http.get(path)
        http.get(path)
    assert board.lookups == 4


def test_what_is_kept_is_bounded(http: httpx2.Client, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    board.length = kept_answers._LARGEST_BYTES
    http.get("/notice")
    http.get("/notice")
    assert board.lookups == 2
    monkeypatch.setattr(kept_answers, "_MOST", 2)
    for number in (1, 2, 3):
        http.get(f"/read/{number}")
    assert board.lookups == 5
    http.get("/read/3")
    assert board.lookups == 5
    http.get("/read/1")
    assert board.lookups == 6
