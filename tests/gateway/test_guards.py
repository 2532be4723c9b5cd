import pytest

from chassis.problems import Problem
from gateway.guards import Framing, check_framing, check_host, check_target, single_headers

LIMIT = 1000
REFUSED_PATHS = [
    "//v1/courses",
    "/v1//courses",
    "/v1/courses//",
    "/v1/courses/%2e%2e/terms",
    "/v1/courses/%2E%2E/terms",
    "/v1/courses/%2fterms",
    "/v1/courses/%5c..",
    "/v1/courses/..\\terms",
    "/v1/courses/../terms",
    "/v1/courses/./terms",
    "/v1/courses/..",
    "/v1/courses/.",
    "/v1/courses/..;/terms",
    "/v1/courses/..%3b/terms",
    "/v1/courses/%0d%0aterms",
    "/v1/courses/%7f",
    "/v1/courses/%00",
    "/v1/courses/%252e",
    "/v1/courses/%zz",
    "/v1/courses/%",
    "/v1/courses/\x00",
    "/v1/cours\xe9s",
    "v1/courses",
    "*",
]


@pytest.mark.parametrize("path", REFUSED_PATHS)
def test_a_path_that_two_servers_could_read_differently_is_refused(path: str) -> None:
    with pytest.raises(Problem) as refused:
        check_target("GET", path, b"")
    assert refused.value.status == 400
    assert refused.value.code == "malformed-path"


@pytest.mark.parametrize(
    "path", ["/", "/v1/courses/caf%C3%A9", "/v1/invoices/F2026-000001.pdf", "/v1/a..b/.well", "/v1/x/"]
)
def test_a_plain_path_passes(path: str) -> None:
    check_target("GET", path, b"q=%2e%2e%2f&cursor=a+b")


@pytest.mark.parametrize("query", [b"q=%00", b"q=caf\xc3\xa9", b"q=a b", b"q=\x01"])
def test_a_query_with_a_nul_or_a_raw_character_is_refused(query: bytes) -> None:
    with pytest.raises(Problem) as refused:
        check_target("GET", "/v1/courses", query)
    assert refused.value.code == "malformed-query"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_the_api_does_not_use_are_refused(method: str) -> None:
    with pytest.raises(Problem) as refused:
        check_target(method, "/v1/courses", b"")
    assert refused.value.status == 405


@pytest.mark.parametrize("name", [b"content-length", b"transfer-encoding", b"authorization", b"host", b"webhook-id"])
def test_a_header_that_decides_something_stands_once(name: bytes) -> None:
    with pytest.raises(Problem) as refused:
        single_headers([(name, b"1"), (b"accept", b"*/*"), (name, b"1")])
    assert refused.value.code == "duplicate-header"


def test_transfer_encoding_and_content_length_do_not_stand_together() -> None:
    with pytest.raises(Problem) as refused:
        check_framing({b"transfer-encoding": b"chunked", b"content-length": b"3"}, "1.1", LIMIT)
    assert refused.value.code == "ambiguous-length"


@pytest.mark.parametrize("encoding", [b"gzip, chunked", b"identity", b"chunked, chunked", b""])
def test_chunked_is_the_only_transfer_encoding(encoding: bytes) -> None:
    with pytest.raises(Problem):
        check_framing({b"transfer-encoding": encoding}, "1.1", LIMIT)


@pytest.mark.parametrize("length", [b"+5", b"-1", b"5, 5", b"0x10", b"", "٣".encode()])
def test_a_length_is_a_plain_number(length: bytes) -> None:
    with pytest.raises(Problem) as refused:
        check_framing({b"content-length": length}, "1.1", LIMIT)
    assert refused.value.code == "content-length"


def test_a_declared_length_is_held_against_the_limit() -> None:
    assert check_framing({b"content-length": b"1000"}, "1.1", LIMIT) == Framing(1000, False)
    with pytest.raises(Problem) as refused:
        check_framing({b"content-length": b"1001"}, "1.1", LIMIT)
    assert refused.value.status == 413
    assert refused.value.facts == {"limit_bytes": LIMIT}


def test_a_request_may_have_no_body_or_a_chunked_one() -> None:
    assert check_framing({}, "1.1", LIMIT) == Framing(None, False)
    assert check_framing({b"transfer-encoding": b"Chunked"}, "1.1", LIMIT) == Framing(None, True)


def test_chunks_are_unknown_before_http_1_1() -> None:
    with pytest.raises(Problem) as refused:
        check_framing({b"transfer-encoding": b"chunked"}, "1.0", LIMIT)
    assert refused.value.code == "transfer-encoding"


@pytest.mark.parametrize("host", [None, b"", b"a b", b"a,b", b"a/b", b"u@a", b"a:b", b"a:123456", b"[::1", b"a\xe9"])
def test_a_request_says_plainly_whom_it_is_for(host: bytes | None) -> None:
    with pytest.raises(Problem) as refused:
        check_host({} if host is None else {b"host": host})
    assert refused.value.code == "malformed-host"


@pytest.mark.parametrize("host", [b"api.formation.example", b"127.0.0.1:8000", b"[::1]:8000", b"pay_ments"])
def test_a_plain_host_passes(host: bytes) -> None:
    check_host({b"host": host})
