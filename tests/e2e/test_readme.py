"""The README's commands work as printed."""

import subprocess
from pathlib import Path

import pytest

from deploy.sandbox.processes import Processes, Sandbox
from tests.e2e.readme import block

_PRINTED_ADDRESS = "http://127.0.0.1:8000"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.timeout(240)
def test_the_calls_by_hand_work_as_printed(sandbox: Sandbox, platform: Processes, tmp_path: Path) -> None:
    script = block("By hand", "sh").replace(_PRINTED_ADDRESS, sandbox.url)

    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert '"reference":"MRK-OPE-08"' in done.stdout
    assert '"incl_tax":"2400.00"' in done.stdout
    assert (tmp_path / "proposal.pdf").read_bytes().startswith(b"%PDF")
    assert done.stdout.rstrip().endswith("}")
    last = done.stdout.rpartition("\n")[2] or done.stdout
    assert '"state":"incomplete"' in last
    assert '"missing":["acceptance_statement"]' in last
