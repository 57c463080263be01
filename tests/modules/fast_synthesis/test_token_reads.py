"""A token is read once, and anew after whatever could change it; all else is read each time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdktf
import jsii
import pytest
from cdktf import App, TerraformIterator, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.vpc import Vpc

Reads = Callable[[Callable[[], object]], int]


@pytest.fixture
def stack(tmp_path: Path) -> TerraformStack:
    return TerraformStack(App(outdir=str(tmp_path)), "shop")


@pytest.fixture
def vpc(stack: TerraformStack) -> Vpc:
    return Vpc(stack, "vpc", cidr_block="10.0.0.0/16")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """How many messages of the kind `get` a piece of code sends to JavaScript."""
    asked: list[str] = []
    provider: Any = jsii.kernel.provider
    stock = provider.get

    def get(request: Any) -> Any:
        asked.append(request.property)
        return stock(request)

    monkeypatch.setattr(provider, "get", get)

    def count(code: Callable[[], object]) -> int:
        asked.clear()
        code()
        return len(asked)

    return count


def texts(stack: TerraformStack, *tokens: str) -> list[str]:
    """What tokens come out as."""
    for number, token in enumerate(tokens):
        TerraformOutput(stack, f"text-{number}", value=token)
    outputs = json.loads(cdktf.Testing.synth(stack))["output"]
    return [outputs[f"text-{number}"]["value"] for number in range(len(tokens))]


def test_an_attribute_is_asked_for_once(vpc: Vpc, reads: Reads) -> None:
    first = vpc.id
    assert reads(lambda: vpc.id) == 0
    assert vpc.id == first
    assert reads(lambda: vpc.arn) == 1


def test_resources_are_told_apart(stack: TerraformStack, vpc: Vpc) -> None:
    other = Vpc(stack, "other")
    assert vpc.id != other.id
    assert texts(stack, vpc.id, other.id) == ["${aws_vpc.vpc.id}", "${aws_vpc.other.id}"]


def test_it_is_asked_for_anew_once_something_is_set(stack: TerraformStack, vpc: Vpc) -> None:
    before = vpc.id
    vpc.for_each = TerraformIterator.from_list(["a"])
    assert texts(stack, before, vpc.id) == ["${aws_vpc.vpc.id}", "${aws_vpc.vpc.*.id}"]


def test_it_is_asked_for_anew_once_something_is_invoked(vpc: Vpc, reads: Reads) -> None:
    _ = vpc.id
    vpc.reset_cidr_block()
    assert reads(lambda: vpc.id) == 1


def test_what_was_given_is_asked_for_each_time(stack: TerraformStack, vpc: Vpc, reads: Reads) -> None:
    given = Vpc(stack, "given", cidr_block=vpc.cidr_block)
    assert reads(lambda: (given.cidr_block_input, given.cidr_block_input)) == 2


def test_what_is_no_attribute_of_a_resource_is_asked_for_each_time(
    stack: TerraformStack, vpc: Vpc, reads: Reads
) -> None:
    output = TerraformOutput(stack, "id", value=vpc.id)
    provider = AwsProvider(stack, "aws", region=vpc.owner_id)
    assert reads(lambda: (output.value, output.value)) == 2
    assert reads(lambda: (provider.region, provider.region)) == 2
    assert reads(lambda: (vpc.instance_tenancy, vpc.instance_tenancy)) == 1


def test_a_map_is_asked_for_each_time(vpc: Vpc, reads: Reads) -> None:
    assert reads(lambda: (vpc.tags, vpc.tags)) == 2
