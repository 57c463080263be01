"""A kept provider does what one does that Terraform starts: for each project, and each of its regions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.terraform import Terraform
from tests.kept_provider import KeptProvider, KeptTerraform, messages
from tests.kept_provider.processes import Process

pytestmark = pytest.mark.emulator
Json = dict[str, Any]


def provider(region: str, owner: str, alias: str | None = None) -> Json:
    named = {"alias": alias} if alias else {}
    return {"region": region, "default_tags": [{"tags": {"Owner": owner}}], **named}


def write(directory: Path, providers: list[Json], topics: Json) -> Path:
    """A project of topics, ready for `terraform init`."""
    directory.mkdir()
    required = {"aws": {"source": "hashicorp/aws", "version": "< 6.0.0"}}
    document = {
        "terraform": {"required_providers": required},
        "provider": {"aws": providers},
        "resource": {"aws_sns_topic": topics},
    }
    (directory / "cdk.tf.json").write_text(json.dumps(document))
    return directory


def owners(emulator: Emulator, region: str) -> dict[str, str]:
    """The tag `Owner` of each topic in a region, by the topic's name."""
    client = emulator.client("sns", region)
    found = {}
    for topic in client.list_topics()["Topics"]:
        tags = client.list_tags_for_resource(ResourceArn=topic["TopicArn"])["Tags"]
        found[topic["TopicArn"].rpartition(":")[2]] = {one["Key"]: one["Value"] for one in tags}["Owner"]
    return found


@pytest.fixture
def own_provider() -> Iterator[KeptProvider]:
    """A kept provider of one test."""
    made = KeptProvider()
    yield made
    made.processes.end()


@pytest.fixture
def applied(emulator: Emulator, own_provider: KeptProvider) -> Callable[[Path], KeptTerraform]:
    def apply(directory: Path) -> KeptTerraform:
        terraform = KeptTerraform(
            directory, provider=own_provider, environment=emulator.environment("eu-west-1")
        )
        terraform.init()
        terraform.apply()
        assert terraform.plan().empty
        return terraform

    return apply


def test_each_project_and_each_of_its_regions_has_its_own_configuration(
    emulator: Emulator,
    own_provider: KeptProvider,
    applied: Callable[[Path], KeptTerraform],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = write(tmp_path / "first", [provider("eu-west-1", "first")], {"one": {"name": "one"}})
    applied(first)
    (process,) = own_provider.processes.pids
    two = [provider("eu-central-1", "second"), provider("us-east-1", "third", alias="far")]
    topics = {"two": {"name": "two"}, "three": {"name": "three", "provider": "aws.far"}}
    second = applied(write(tmp_path / "second", two, topics))
    # The process of the first project serves one of the two, and a second one the other.
    assert process in own_provider.processes.pids
    assert len(own_provider.processes.pids) == len(two)
    # No other variable has a process of its own: pytest names each test in one.
    monkeypatch.setenv("OTHER", "another")
    applied(first)
    assert len(own_provider.processes.pids) == len(two)
    found = {region: owners(emulator, region) for region in ("eu-west-1", "eu-central-1", "us-east-1")}
    assert found == {
        "eu-west-1": {"one": "first"},
        "eu-central-1": {"two": "second"},
        "us-east-1": {"three": "third"},
    }
    second.destroy()
    assert (owners(emulator, "us-east-1"), owners(emulator, "eu-west-1")) == ({}, {"one": "first"})


def test_a_plan_is_the_one_that_terraform_makes_by_itself(
    emulator: Emulator,
    own_provider: KeptProvider,
    applied: Callable[[Path], KeptTerraform],
    tmp_path: Path,
) -> None:
    directory = write(tmp_path / "one", [provider("eu-west-1", "me")], {"one": {"name": "one"}})
    kept = applied(directory)
    write_again = json.loads((directory / "cdk.tf.json").read_text())
    write_again["resource"]["aws_sns_topic"] = {"other": {"name": "other", "display_name": "Other"}}
    (directory / "cdk.tf.json").write_text(json.dumps(write_again))
    environment = {**emulator.environment("eu-west-1"), "KEPT_PROVIDER": "off"}
    alone = Terraform(directory, environment=environment)
    shown = [terraform.show(terraform.plan()) for terraform in (kept, alone)]
    assert {one.pop("timestamp") for one in shown}
    assert shown[0] == shown[1]
    # The topic that no file names any more is destroyed: what the state holds is known.
    assert {one["address"] for one in shown[0]["resource_changes"]} == {
        "aws_sns_topic.one",
        "aws_sns_topic.other",
    }
    assert own_provider.processes.pids


def test_switched_off_terraform_starts_its_own(
    emulator: Emulator, own_provider: KeptProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEPT_PROVIDER", "off")
    directory = write(tmp_path / "one", [provider("eu-west-1", "me")], {"one": {"name": "one"}})
    terraform = KeptTerraform(directory, provider=own_provider, environment=emulator.environment("eu-west-1"))
    terraform.init()
    terraform.validate()
    assert own_provider.processes.pids == []


def test_it_ends_with_the_tests_even_if_they_are_killed(
    own_provider: KeptProvider, applied: Callable[[Path], KeptTerraform], tmp_path: Path
) -> None:
    directory = write(tmp_path / "one", [provider("eu-west-1", "me")], {"one": {"name": "one"}})
    applied(directory)
    (program,) = (directory / ".terraform").glob("providers/*/hashicorp/aws/*/*/terraform-provider-aws*")
    starts = (
        "import os, sys, time; from pathlib import Path; from tests.kept_provider.processes import Process;"
        "print(Process(Path(sys.argv[1]), os.environ).pid, flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", starts, str(program)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout is not None
        started = int(tests.stdout.readline())
        assert lives(started)
        tests.kill()
    ended = own_provider.processes.pids
    assert ended
    own_provider.processes.end()
    give_up = time.monotonic() + 20
    while any(map(lives, [started, *ended])):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def lives(group: int) -> bool:
    """Whether a process of this group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_only_the_schemas_of_other_types_are_left_out() -> None:
    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    def schema(name: str, *, number: int) -> bytes:
        return field(number, field(1, name.encode()) + field(2, b"any"))

    capabilities = field(6, bytes([1 << 3, 1]))
    kept = [schema("aws_sns_topic", number=2), capabilities, schema("aws_region", number=3)]
    left_out = [schema("aws_sqs_queue", number=2), schema("aws_regions", number=3)]
    whole = b"".join([kept[0], left_out[0], kept[1], left_out[1], kept[2]])
    assert messages.with_schemas(whole, {"aws_sns_topic", "aws_region"}) == b"".join(kept)
    with pytest.raises(ValueError, match="wire type"):
        messages.with_schemas(bytes([1 << 3 | 5, 0, 0, 0, 0]), set())


def test_what_depends_on_its_request_alone_is_asked_once(
    applied: Callable[[Path], KeptTerraform], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terraform = applied(write(tmp_path / "one", [provider("eu-west-1", "me")], {"one": {"name": "one"}}))
    asked: list[str] = []
    call = Process.call

    def recorded(self: Process, method: str, request: bytes) -> bytes:
        asked.append(method.rpartition("/")[2])
        return call(self, method, request)

    monkeypatch.setattr(Process, "call", recorded)
    assert terraform.plan().empty
    assert set(asked) == {"Configure", "ReadResource", "PlanResourceChange"}
    # Another owner is another configuration, whose answers may be others.
    asked.clear()
    write_again = json.loads((tmp_path / "one/cdk.tf.json").read_text())
    write_again["provider"]["aws"] = [provider("eu-west-1", "you")]
    (tmp_path / "one/cdk.tf.json").write_text(json.dumps(write_again))
    assert not terraform.plan().empty
    assert {"ValidateResourceTypeConfig", "UpgradeResourceState"} <= set(asked)
