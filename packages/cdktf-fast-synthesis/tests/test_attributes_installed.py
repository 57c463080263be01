"""Where attributes are asked for each time: other kernels, other answers, another jsii."""

from __future__ import annotations

import re
from typing import Any

import jsii
import pytest
from cdktf import TerraformStack, Tokenization
from cdktf_cdktf_provider_aws.vpc import Vpc

from cdktf_fast_synthesis import attributes

STOCK = re.compile(r"\$\{TfToken\[TOKEN\.\d+\]\}")


@pytest.fixture
def _installed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader, over stock jsii, as a program has it that has read nothing."""
    monkeypatch.setattr(jsii, "get", jsii.kernel.get)
    monkeypatch.setattr(jsii, "invoke", jsii.kernel.invoke)
    attributes.read_when_resolved()
    assert jsii.get != jsii.kernel.get


@pytest.mark.usefixtures("_installed_anew")
def test_a_kernel_that_knows_nothing_of_it_is_always_asked(
    stack: TerraformStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reverse_string(text: str) -> None:
        raise RuntimeError(f"Unrecognized token key: {text}")

    monkeypatch.setattr(Tokenization, "reverse_string", reverse_string)
    vpcs = [Vpc(stack, f"vpc-{number}", cidr_block="10.0.0.0/16") for number in range(3)]
    assert all(STOCK.fullmatch(text) for vpc in vpcs for text in (vpc.id, vpc.arn))


def test_what_the_kernel_answers_with_a_text_of_its_own_is_asked_for_each_time(
    stack: TerraformStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def get(obj: object, property: str) -> Any:
        return "as it is" if property == "id" else jsii.kernel.get(obj, property)

    monkeypatch.setattr(jsii, "get", get)
    monkeypatch.setattr(jsii, "invoke", jsii.kernel.invoke)
    attributes.read_when_resolved()
    vpc = Vpc(stack, "vpc", cidr_block="10.0.0.0/16")
    assert [vpc.id, vpc.id] == ["as it is"] * 2


@pytest.mark.usefixtures("_installed_anew")
def test_it_is_put_in_place_once() -> None:
    in_place = jsii.get
    attributes.read_when_resolved()
    assert jsii.get == in_place


def test_another_jsii_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(obj: object, property: str, default: object) -> None: ...

    monkeypatch.setattr(jsii, "get", get)
    attributes.read_when_resolved()
    assert jsii.get is get
