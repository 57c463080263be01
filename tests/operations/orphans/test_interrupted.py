"""`infra orphans` where AWS throttles, drops connections, or the command is killed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.operations.faults import RESET, THROTTLED, faulty
from tests.operations.orphans.conftest import STACK, LeftBehind

pytestmark = pytest.mark.emulator
VPC = {"cidr_block": "10.0.0.0/16", "tags": {"Name": "shop-vpc"}}


@pytest.fixture
def vpc(left: LeftBehind) -> str:
    """A network in no state, which the code has."""
    left.write({"aws_vpc.network": VPC})
    left.state({})
    return left.network()


def test_throttling_and_resets_are_outlasted(left: LeftBehind, vpc: str) -> None:
    with faulty(left.emulator.port) as faults:
        faults.of = {"GetResources": [THROTTLED, RESET], "DescribeVpcs": [RESET, THROTTLED]}
        found = left.found(AWS_ENDPOINT_URL=faults.url)
    assert found["adopt"] == {"aws_vpc.network": vpc}
    assert not any(faults.of.values())


def test_an_aws_that_stays_busy_is_a_sentence(left: LeftBehind, vpc: str) -> None:
    del vpc
    with faulty(left.emulator.port) as faults:
        faults.of = {"GetResources": [THROTTLED] * 2}
        run = left.project.infra("orphans", STACK, AWS_ENDPOINT_URL=faults.url, AWS_MAX_ATTEMPTS="2")
    assert run.returncode == 2
    assert "Throttling" in run.stderr
    assert "Traceback" not in run.stderr


def test_killed_it_leaves_no_half_file_and_writes_it_when_run_again(
    left: LeftBehind, vpc: str, tmp_path: Path
) -> None:
    blocks = tmp_path / "adopt.tf"
    words = ("orphans", STACK, "--write", str(blocks))
    with (
        faulty(left.emulator.port) as faults,
        left.project.start(*words, AWS_ENDPOINT_URL=faults.url) as process,
    ):
        faults.stop_at("DescribeVpcs", process, after=True)
        process.communicate(timeout=120)
    assert process.returncode == -9
    assert not blocks.exists()
    again = left.project.infra(*words)
    assert again.returncode == 0, again.stderr
    assert vpc in blocks.read_text()
