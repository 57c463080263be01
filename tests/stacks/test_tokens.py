"""A value that only Terraform knows, changed by Python, is refused where it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stacks.tokens import token_problems
from tests.running import PROJECT

SCRIPT = """
import sys
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import backend
from pathlib import Path
from modules.errors import ProblemsError
from stacks.base import Stack
from stacks.entry import Entry
from stacks.ohi.settings import DEV
from stacks.synthesis import synthesize

def build(scope, state):
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue
    from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
    stack = Stack(scope, "shop", environment=DEV.environment, state=state)
    queue = SqsQueue(stack, "queue", name="orders")
    SnsTopic(stack, "topic", name=eval(sys.argv[2]))

entry = Entry(name="shop", build=build, tag_policy=DEV.environment.tags.policy, networks=(), domains=())
try:
    synthesize([entry], state=backend.load(), output=Path(sys.argv[1]), known=["shop"])
except ProblemsError as error:
    sys.exit(str(error))
"""


def synthesized(name: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """A stack whose topic has the name that an expression gives it."""
    command = [sys.executable, "-c", SCRIPT, str(directory), name]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["queue.arn.upper()", "queue.url.lower()"])
def test_a_string_method_on_a_token_is_refused(name: str, tmp_path: Path) -> None:
    refused = synthesized(name, tmp_path)
    assert refused.returncode == 1
    assert refused.stderr.startswith("shop, resource.aws_sns_topic.topic.name: got ")
    assert "Fn.upper" in refused.stderr
    assert not list(tmp_path.iterdir())


def test_a_token_in_an_f_string_passes(tmp_path: Path) -> None:
    run = synthesized("f'{queue.arn}-topic'", tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "${aws_sqs_queue.queue.arn}-topic" in (tmp_path / "stacks/shop/cdk.tf.json").read_text()


def test_every_place_is_told() -> None:
    document = {
        "output": {"a": {"value": ["fine", "${TFTOKEN[TOKEN.73]}"]}},
        "locals": {"x${tftoken[TOKEN.1]}": 1},
    }
    found = [problem.where for problem in token_problems("shop", document)]
    assert found == ["shop, output.a.value[1]", "shop, locals.x${tftoken[TOKEN.1]}"]
