"""Sign a message as an operator does (Standard Webhooks), check the signature, send it, say what came of it.

    python send.py messages/funding.approved.json --to http://127.0.0.1:8000/webhooks/opco/atlas --secret whsec_...
    python send.py messages/funding.approved.json --check --secret whsec_...   (prints the headers, sends nothing)

Needs Python 3.11 and nothing else. `--id` repeats a delivery: the same id is taken once.
"""

import argparse
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from datetime import UTC, datetime
from pathlib import Path

SECONDS = 30


def signed(secret: str, identifier: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers: HMAC-SHA256, under the decoded secret, over id, time in seconds and body, parted by dots."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identifier}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": identifier,
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def message(path: Path, file_number: str | None) -> bytes:
    """The message of a file, dated now where it says no time, about another file of yours where one is named."""
    told = json.loads(path.read_text("utf-8"))
    told.setdefault("timestamp", datetime.now(UTC).isoformat(timespec="milliseconds"))
    if file_number is not None:
        told["data"]["file_number"] = file_number
    return json.dumps(told, ensure_ascii=False).encode()


def send(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    """The status and text of the answer."""
    if not url.startswith(("https://", "http://")):
        raise SystemExit("--to is an address that begins with https://")
    asked = urllib.request.Request(url, body, {"content-type": "application/json", **headers})  # noqa: S310 - as above
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310 - as above
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def main() -> int:
    """0 where the message was taken in, or only signed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("message", type=Path)
    parser.add_argument("--secret", required=True, help="as the training provider gave it, whsec_…")
    parser.add_argument("--to", help="…/webhooks/opco/<your code>")
    parser.add_argument("--id", default=f"msg_{uuid.uuid4().hex}", help="of this delivery; repeat it to retry")
    parser.add_argument("--file-number", help="in the place of the one in the message")
    parser.add_argument("--check", action="store_true", help="only show what would be sent")
    given = parser.parse_args()
    body = message(given.message, given.file_number)
    headers = signed(given.secret, given.id, int(time.time()), body)
    for name, value in headers.items():
        print(f"{name}: {value}")
    if given.check or given.to is None:
        print(body.decode())
        return 0
    status, text = send(given.to, headers, body)
    print(status, text)
    return 0 if status == 202 else 1


if __name__ == "__main__":
    sys.exit(main())
