"""Mails leave over SMTP after the commit, are kept as .eml in the sandbox, and are tried until taken."""

import email
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import select, update

from chassis import clock, relay
from chassis.mail import Attachment, Mail, Post, QueuedMail
from chassis.tables import mail
from chassis.values.identifiers import new_id
from tests.support.client import ok
from tests.support.service import ServiceUnderTest
from tests.support.together import together


class Postbox:
    """A mail server's inside: keeps what it is given, or refuses."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if "nobody@example.org" in envelope.rcpt_tos:
            return "550 no such mailbox"
        if self.refuses:
            return "451 come back later"
        self.taken.append(envelope)
        return "250 taken"


def read(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def mailing(api: ServiceUnderTest, postbox: Postbox) -> Iterator[ServiceUnderTest]:
    """The service with a mail server of its own."""
    server = Controller(postbox, hostname="127.0.0.1", port=free_port())
    server.start()
    address = f"smtp://127.0.0.1:{server.port}"
    settings = api.settings.model_copy(update={"smtp_url": address, "mail_from": "formation@example.org"})
    try:
        with ServiceUnderTest(api.service, settings, api.neighbour) as service:
            yield service
    finally:
        server.stop()


def write(service: ServiceUnderTest, to: str = "client@example.org", subject: str = "Votre dépôt — reçu") -> None:
    with service.platform.unit_of_work() as tx:
        digest = tx.store_file(b"%PDF-1.7 \x00\xff", "application/pdf")
        tx.send_mail(Mail(to, subject, "Bonjour,\n\n720,00 €\n", [Attachment("reçu.pdf", digest)]))


def eml(service: ServiceUnderTest) -> list[Path]:
    folder = service.settings.mail_folder
    assert folder is not None
    return sorted(folder.glob("*.eml"))


def test_a_mail_arrives_as_it_was_written(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    write(mailing)
    assert postbox.taken == []
    mailing.relay()
    (envelope,) = postbox.taken
    assert (envelope.mail_from, envelope.rcpt_tos) == ("formation@example.org", ["client@example.org"])
    message = read(envelope.content)
    assert (message["to"], message["subject"]) == ("client@example.org", "Votre dépôt — reçu")
    body = message.get_body()
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Bonjour,\n\n720,00 €\n"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "reçu.pdf"
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_payload(decode=True) == b"%PDF-1.7 \x00\xff"
    mailing.relay()
    assert len(postbox.taken) == 1


def test_the_sandbox_keeps_a_copy(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    write(mailing)
    mailing.relay()
    (kept,) = eml(mailing)
    assert read(kept.read_bytes())["message-id"] == read(postbox.taken[0].content)["message-id"]


def test_the_sandbox_needs_no_mail_server(api: ServiceUnderTest) -> None:
    write(api)
    api.relay()
    assert len(eml(api)) == 1
    assert ok(api.client("service").get("/sandbox/pending"))["mails"] == 0


def test_what_is_rolled_back_is_never_sent(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    with pytest.raises(KeyError), mailing.platform.unit_of_work() as tx:
        tx.send_mail(Mail("client@example.org", "never", "never"))
        raise KeyError
    mailing.relay()
    assert (postbox.taken, eml(mailing)) == ([], [])


def test_a_mail_that_nobody_takes_is_tried_again_later(
    mailing: ServiceUnderTest, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox.refuses = True
    write(mailing)
    mailing.relay()
    assert eml(mailing) == []
    with mailing.platform.reading() as session:
        row = session.connection().execute(select(mail)).one()
    assert (row.attempts, row.sent_at, row.leased_until) == (1, None, None)
    assert "451" in row.last_error
    postbox.refuses = False
    mailing.relay()
    assert postbox.taken == [], "not at once"
    monkeypatch.setattr(relay, "real_now", lambda: clock.real_now() + timedelta(minutes=2))
    mailing.relay()
    assert len(postbox.taken) == len(eml(mailing)) == 1


def test_one_that_cannot_be_sent_at_all_holds_back_no_other(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    write(mailing)
    with mailing.platform.unit_of_work() as tx:
        tx.session.connection().execute(update(mail).values(recipient="a@example.org\r\nBcc: b@example.org"))
    write(mailing, "second@example.org")
    mailing.relay()
    assert [envelope.rcpt_tos for envelope in postbox.taken] == [["second@example.org"]]


def test_a_subject_of_several_lines_is_one_header(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    write(mailing, subject="Bonjour\r\nBcc: other@example.org")
    mailing.relay()
    (envelope,) = postbox.taken
    assert envelope.rcpt_tos == ["client@example.org"]
    assert read(envelope.content)["bcc"] is None


def test_two_relays_at_once_send_each_mail_once(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    for number in range(10):
        write(mailing, f"{number}@example.org")
    with ServiceUnderTest(mailing.service, mailing.settings, mailing.neighbour) as second:
        together([mailing.relay, second.relay] * 2)
        mailing.relay()
    assert sorted(envelope.rcpt_tos[0] for envelope in postbox.taken) == [f"{n}@example.org" for n in range(10)]


def test_a_mail_sent_twice_shows_it(mailing: ServiceUnderTest, postbox: Postbox) -> None:
    """Dying between sending and noting it sends the mail again, under the same Message-ID."""
    write(mailing)
    mailing.relay()
    with mailing.platform.unit_of_work() as tx:
        tx.session.connection().execute(update(mail).values(sent_at=None))
    mailing.relay()
    first, second = (read(envelope.content) for envelope in postbox.taken)
    assert first["message-id"] == second["message-id"]
    assert len(eml(mailing)) == 1


def test_one_that_can_never_be_sent_neither_blocks_the_others_nor_is_tried_for_ever(
    mailing: ServiceUnderTest, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = [timedelta()]
    monkeypatch.setattr(relay, "real_now", lambda: clock.real_now() + passed[0])
    monkeypatch.setattr(relay, "_BATCH", 1)
    write(mailing, "nobody@example.org")
    mailing.platform.mails.step()
    passed[0] += timedelta(minutes=2)
    write(mailing, "client@example.org")
    mailing.platform.mails.step()
    mailing.platform.mails.step()
    assert [envelope.rcpt_tos for envelope in postbox.taken] == [["client@example.org"]]
    for _ in range(30):
        passed[0] += timedelta(minutes=2)
        mailing.relay()
    pending = ok(mailing.client("service").get("/sandbox/pending"))
    assert (pending["mails"], pending["dead"]) == (0, 1)
    (letter,) = ok(mailing.client("admin").get("/v1/dead-letters/counter"))["items"]
    assert (letter["what"], letter["subject"]) == ("mail", None) and "nobody" not in str(letter)
    assert ok(mailing.client("admin").post("/v1/dead-letters/counter/replay"))["replayed"] == 1
    with mailing.platform.reading() as session:
        noted = session.connection().execute(select(mail.c.last_error).where(mail.c.sent_at.is_(None))).scalar_one()
    assert "nobody" not in noted


def test_no_password_is_given_to_a_server_whose_certificate_does_not_hold(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    asked: list[str] = []

    def authenticate(*_: object) -> bool:
        asked.append("password")
        return True

    server = Controller(
        Postbox(), hostname="127.0.0.1", port=free_port(), authenticator=authenticate, tls_context=context
    )
    server.start()
    try:
        with pytest.raises(ssl.SSLCertVerificationError):
            Post(f"smtp://user:secret@127.0.0.1:{server.port}", None).send(QueuedMail(new_id(), EmailMessage()))
    finally:
        server.stop()
    assert asked == []


def test_nor_over_tls_from_the_start(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard: list[object] = []

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    heard.append(context.wrap_socket(connection, server_side=True).recv(100))
                except ssl.SSLError as refused:
                    heard.append(refused.reason)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(ssl.SSLCertVerificationError):
            Post(f"smtps://user:secret@127.0.0.1:{listener.getsockname()[1]}", None).send(
                QueuedMail(new_id(), EmailMessage())
            )
        thread.join(10)
    assert heard and not isinstance(heard[0], bytes)


def self_signed(folder: Path) -> Path:
    """A certificate that nobody vouches for, with its key, as one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "attacker.test")])
    now = clock.real_now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    path = folder / "server.pem"
    path.write_bytes(pem)
    return path
