"""`terraform` on the PATH of tests takes the kept provider where that changes nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from operations.sandbox.workspace import PROVIDER_VERSIONS
from operations.terraform import Terraform
from tests.kept_provider.program import (
    LARGE,
    NOT_SETTINGS,
    Given,
    lane,
    large_types,
    prepare,
    settings,
    takes_the_running_one,
)

AWS = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
HERE, THERE = "eu-west-1", "us-east-1"
STACK: Any = {
    "terraform": {"required_providers": AWS},
    "provider": {"aws": [{"region": HERE}, {"region": THERE, "alias": "there"}]},
    "resource": {
        "aws_sns_topic": {"here": {"name": "here"}, "there": {"name": "there", "provider": "aws.there"}}
    },
}


@pytest.mark.emulator
def test_each_region_has_a_provider_and_one_of_its_own_plans_the_same(
    emulator: Emulator, tmp_path: Path
) -> None:
    environment = emulator.environment(HERE)
    (tmp_path / "stack.tf.json").write_text(json.dumps(STACK))
    terraform = Terraform(tmp_path, environment=environment)
    terraform.init()
    # What it does not start need not be there: its directory is empty.
    providers, kept = tmp_path / ".terraform/providers", tmp_path / "kept"
    providers.rename(kept)
    (link,) = (path for path in kept.rglob("*") if path.is_symlink())
    (providers / link.relative_to(kept)).mkdir(parents=True)
    terraform.apply()
    assert [name(emulator, region) for region in (HERE, THERE)] == [["here"], ["there"]]
    (tmp_path / "stack.tf.json").write_text(json.dumps(STACK).replace('"name": "there"', '"name": "other"'))
    found = terraform.show(terraform.plan())
    shutil.rmtree(providers)
    kept.rename(providers)
    own = Terraform(tmp_path, environment={**environment, "KEPT_PROVIDER": "off"})
    alone = own.show(own.plan())
    assert [one["change"]["actions"] for one in found["resource_changes"]] == [
        ["no-op"],
        ["delete", "create"],
    ]
    assert {**found, "timestamp": ""} == {**alone, "timestamp": ""}


def name(emulator: Emulator, region: str) -> list[str]:
    """The names of the topics in a region."""
    found = emulator.client("sns", region).list_topics()["Topics"]
    return [one["TopicArn"].rpartition(":")[2] for one in found]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    """What a directory's `terraform` was told, where everything is as the provider that runs has it."""
    for setting in NOT_SETTINGS:
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    (tmp_path / "stack").mkdir()
    monkeypatch.chdir(tmp_path / "stack")
    Path("stack.tf.json").write_text(json.dumps(STACK))
    (tmp_path / "installed").mkdir()
    return {
        "settings": settings({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}),
        "constraint": PROVIDER_VERSIONS,
        "version": "5.100.0",
        "place": "aws/5.100.0",
        "target": str(tmp_path / "installed"),
        "lock": 'version = "5.100.0"',
        "in_use": str(tmp_path / "in-use"),
        "running": [{}, {}],
        "large": str(tmp_path / "large"),
    }


def test_it_is_taken_where_nothing_differs_and_an_init_leaves_what_it_would_have_left(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TF_LOG_SDK", "OFF")
    assert takes_the_running_one(given, ["init", "-no-color"])
    assert Path(".terraform.lock.hcl").read_text() == given["lock"]
    assert Path(".terraform/providers/aws/5.100.0").is_dir()


def test_terraform_itself_says_that_a_directory_has_no_provider(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(given, Path())
    monkeypatch.setenv("TF_DATA_DIR", "elsewhere")
    assert not takes_the_running_one(given, ["plan"])
    monkeypatch.delenv("TF_DATA_DIR")
    assert takes_the_running_one(given, ["plan"])


@pytest.mark.parametrize("arguments", [["version"], ["init", "-upgrade"], ["providers", "lock"], []])
def test_a_command_that_is_about_providers_gets_its_own(given: Given, arguments: list[str]) -> None:
    assert not takes_the_running_one(given, arguments)


def test_two_commands_at_a_time_do_not_share_it(given: Given) -> None:
    assert [lane(given) for _ in range(3)] == [0, 1, None]


@pytest.mark.parametrize(
    "name",
    ["KEPT_PROVIDER", "AWS_ENDPOINT_URL_SNS", "AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "TF_LOG"],
)
def test_other_settings_are_of_its_own(given: Given, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "off" if name == "KEPT_PROVIDER" else "TRACE")
    assert not takes_the_running_one(given, ["plan"])


@pytest.mark.parametrize(
    "changed",
    [
        {"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "~> 6.0"}}}},
        {"terraform": {"required_providers": {**AWS, "random": {}}}},
        {"provider": {"aws": [{}]}},
        {"terraform": "none"},
    ],
)
def test_another_provider_is_its_own(given: Given, changed: Any) -> None:
    Path("stack.tf.json").write_text(json.dumps({**STACK, **changed}))
    assert not takes_the_running_one(given, ["plan"])


def test_another_version_in_the_lock_is_its_own(given: Given) -> None:
    Path(".terraform.lock.hcl").write_text('version = "6.25.0"')
    assert not takes_the_running_one(given, ["-chdir=.", "plan"])


@pytest.mark.parametrize("name", LARGE)
def test_a_large_type_is_there_for_who_has_it_or_had_it(given: Given, name: str, tmp_path: Path) -> None:
    association = {f"{name}_association": {"one": {"arn": "arn"}}}
    Path("stack.tf.json").write_text(json.dumps({**STACK, "resource": association}))
    assert large_types(given, Path()) == ""
    Path("stack.tf.json").write_text(
        json.dumps({**STACK, "output": {"one": {"value": f"${{{name}.one.arn}}"}}})
    )
    assert large_types(given, Path()) == name
    Path("stack.tf.json").write_text(json.dumps({**STACK, "resource": {}}))
    assert large_types(given, Path()) == name, "its state may have one still"
    assert large_types(given, tmp_path) == ""
    Path("stack.tf.json").write_text(json.dumps({**STACK, "resource": {one: {} for one in LARGE}}))
    assert large_types(given, Path()) == " ".join(LARGE)
