"""What is sent to jsii's kernel for the arguments of a call."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from cdktf import AnnotationMetadataEntryType, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.lb_target_group import LbTargetGroupConfig, LbTargetGroupHealthCheck
from jsii.errors import JSIIError

from cdktf_fast_synthesis import toolkit
from cdktf_fast_synthesis.arguments import omit_unset_fields

TOOLKIT = toolkit()

kernel: Any = import_module("jsii._kernel")


def sent(value: object) -> object:
    return kernel._make_reference_for_native(None, value)


def test_fields_that_nobody_set_are_not_sent() -> None:
    config = LbTargetGroupConfig(
        port=80, health_check=LbTargetGroupHealthCheck(path="/"), tags={"Name": "web"}, name=None
    )
    check: dict[str, Any] = {
        "$jsii.struct": {"fqn": f"@{TOOLKIT}/provider-aws.lbTargetGroup.LbTargetGroupHealthCheck"}
    }
    check["$jsii.struct"]["data"] = {"path": "/"}
    data = {"port": 80, "healthCheck": check, "tags": {"$jsii.map": {"Name": "web"}}}
    fqn = f"@{TOOLKIT}/provider-aws.lbTargetGroup.LbTargetGroupConfig"
    assert sent([config]) == [{"$jsii.struct": {"fqn": fqn, "data": data}}]


def test_what_is_set_to_nothing_is_sent_as_it_is() -> None:
    lifecycle = TerraformResourceLifecycle(prevent_destroy=False, ignore_changes=[])
    data = {"preventDestroy": False, "ignoreChanges": []}
    fqn = f"{TOOLKIT}.TerraformResourceLifecycle"
    assert sent(lifecycle) == {"$jsii.struct": {"fqn": fqn, "data": data}}
    assert sent([None, "", 0]) == [None, "", 0]


def test_what_the_kernel_has_is_named_later(stack: TerraformStack) -> None:
    assert sent([stack]) == [stack]


def test_an_enumeration_is_sent_by_name() -> None:
    assert sent([AnnotationMetadataEntryType.INFO]) == [
        {"$jsii.enum": f"{TOOLKIT}.AnnotationMetadataEntryType/INFO"}
    ]


def test_what_cannot_be_sent_is_refused_in_jsiis_words() -> None:
    with pytest.raises(JSIIError, match="Cannot pass function as argument"):
        sent([lambda: None])


def test_another_jsii_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(kernel: object, value: object, depth: int) -> None: ...

    other.__module__ = "jsii._kernel"
    monkeypatch.setattr(kernel, "_make_reference_for_native", other)
    omit_unset_fields()
    assert kernel._make_reference_for_native is other


def test_it_is_put_in_place_once() -> None:
    in_place = kernel._make_reference_for_native
    omit_unset_fields()
    assert kernel._make_reference_for_native is in_place
