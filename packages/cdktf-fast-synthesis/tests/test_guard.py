"""What CDKTF would lose without a word is refused, and what is right passes."""

from __future__ import annotations

import json
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cdktf
import jsii
import pytest
from cdktf import App, S3Backend, TerraformOutput, TerraformStack, TerraformVariable
from cdktf_cdktf_provider_aws.data_aws_availability_zones import DataAwsAvailabilityZones
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionForward,
)
from cdktf_cdktf_provider_aws.provider import AwsProvider
from cdktf_cdktf_provider_aws.security_group import SecurityGroup, SecurityGroupIngress
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from cdktf_fast_synthesis import SynthesisError, guard
from cdktf_fast_synthesis.guard import structs

RULE = {"from_port": 443, "to_port": 443, "protocol": "tcp"}
FORWARD = {"type": "forward", "target_group_arn": "arn"}


@pytest.fixture(autouse=True)
def guarded() -> Iterator[None]:
    """Guarded before a test and after it, whatever the test does."""
    guard.install()
    yield
    guard.uninstall()
    guard.install()


@pytest.fixture
def app(tmp_path: Path) -> App:
    return App(outdir=str(tmp_path))


@pytest.fixture
def stack(app: App) -> TerraformStack:
    made = TerraformStack(app, "shop")
    AwsProvider(made, "aws", region="eu-west-1")
    return made


def synthesized(app: App) -> dict[str, Any]:
    app.synth()
    found: dict[str, Any] = json.loads((Path(app.outdir) / "stacks/shop/cdk.tf.json").read_text())
    return found


def test_without_the_guard_a_dict_for_a_struct_loses_its_keys(app: App, stack: TerraformStack) -> None:
    guard.uninstall()
    SecurityGroup(stack, "web", ingress=[RULE])
    written = synthesized(app)["resource"]["aws_security_group"]["web"]["ingress"]
    assert written[0]["from_port"] is None, "jsii keeps the keys now; this guard can go"


LISTENER = {"load_balancer_arn": "arn"}
DICTS: dict[str, tuple[Callable[[TerraformStack], object], str]] = {
    "a list": (
        lambda stack: SecurityGroup(stack, "web", ingress=[RULE]),
        "shop/web SecurityGroup.ingress[0]: got a dict with from_port, to_port, protocol; allowed: "
        "SecurityGroupIngress; write SecurityGroupIngress(from_port=…, to_port=…, protocol=…)",
    ),
    "an item among structs": (
        lambda stack: SecurityGroup(stack, "web", egress=[], ingress=[SecurityGroupIngress(), RULE]),
        "shop/web SecurityGroup.ingress[1]: got a dict",
    ),
    "a required block": (
        lambda stack: LbListener(stack, "http", **LISTENER, default_action=[FORWARD]),
        "shop/http LbListener.default_action[0]: got a dict with type, target_group_arn; allowed: "
        "LbListenerDefaultAction;",
    ),
    "a struct in a struct": (
        lambda stack: LbListener(
            stack,
            "http",
            **LISTENER,
            default_action=[
                LbListenerDefaultAction(
                    type="forward", forward=LbListenerDefaultActionForward(target_group=[{"arn": "arn"}])
                )
            ],
        ),
        "LbListener.default_action[0].forward.target_group[0]: got a dict with arn; allowed: "
        "LbListenerDefaultActionForwardTargetGroup;",
    ),
    "a single struct that jsii does not convert": (
        lambda stack: Vpc(stack, "vpc", connection={"host": "a", "type": "ssh"}),
        "shop/vpc Vpc.connection: got a dict with host, type; allowed: SSHProvisionerConnection or "
        "WinrmProvisionerConnection;",
    ),
    "a method": (
        lambda stack: SecurityGroup(stack, "web").put_ingress([RULE]),
        "shop/web SecurityGroup.put_ingress[0]: got a dict with from_port, to_port, protocol; allowed: "
        "SecurityGroupIngress;",
    ),
}


@pytest.mark.parametrize("case", DICTS)
def test_a_dict_for_a_struct_is_refused(stack: TerraformStack, case: str) -> None:
    make, expected = DICTS[case]
    with pytest.raises(SynthesisError) as refused:
        make(stack)
    assert expected in str(refused.value)


def test_a_property_of_a_struct_takes_no_dict(stack: TerraformStack) -> None:
    ingress = SecurityGroup(stack, "web", ingress=[SecurityGroupIngress()]).ingress.get(0)
    with pytest.raises(SynthesisError, match=r"SecurityGroupIngressOutputReference\.internal_value"):
        ingress.internal_value = RULE


def test_every_dict_of_a_construct_is_named_at_once(stack: TerraformStack) -> None:
    with pytest.raises(SynthesisError) as refused:
        SecurityGroup(stack, "web", ingress=[RULE, RULE], egress=[RULE])
    assert {sentence.partition(":")[0].split(".")[1] for sentence in refused.value.sentences} == {
        "ingress[0]",
        "ingress[1]",
        "egress[0]",
    }


def test_a_class_of_the_project_is_named_by_what_it_extends(stack: TerraformStack) -> None:
    class Web(SecurityGroup):  # type: ignore[misc]
        def __init__(self, scope: Construct) -> None:
            super().__init__(scope, "web", ingress=[RULE])

    with pytest.raises(SynthesisError, match=r"shop/web SecurityGroup\.ingress\[0\]"):
        Web(stack)


def test_mappings_and_structs_pass_unchanged(app: App, stack: TerraformStack) -> None:
    group = SecurityGroup(
        stack,
        "web",
        ingress=[SecurityGroupIngress(from_port=443, to_port=443, protocol="tcp")],
        tags={"Name": "web"},
        lifecycle={"create_before_destroy": True},
    )
    group.add_override("egress", [RULE])
    group.tags = {"Name": "shop"}
    TerraformOutput(stack, "rules", value=[RULE])
    TerraformVariable(stack, "db_password", default=[RULE])
    TerraformOutput(stack, "VpcId", value="vpc", static_id=True)
    S3Backend(stack, bucket="b", key="k", region="r", assume_role={"role_arn": "arn"})
    written = synthesized(app)
    block = written["resource"]["aws_security_group"]["web"]
    assert block["ingress"][0]["from_port"] == 443
    assert block["egress"] == [RULE]
    assert block["tags"] == {"Name": "shop"}
    assert written["output"] == {"rules": {"value": [RULE]}, "VpcId": {"value": "vpc"}}


@pytest.mark.parametrize("id", ["a b", "a_b", "Web", "web-", "web--a", "é", "web.a", "web/a", ""])
@pytest.mark.parametrize("make", [Vpc, Construct, TerraformStack], ids=lambda make: make.__name__)
def test_an_id_that_could_merge_is_refused(stack: TerraformStack, make: Callable[..., Any], id: str) -> None:
    with pytest.raises(SynthesisError) as refused:
        make(Construct(stack, "network"), id)
    message = str(refused.value)
    assert message.startswith(f"{make.__name__} in shop/network: got the id {id!r}; allowed: lower-case")


@pytest.mark.parametrize("id", ["Default", "public-a", "7"])
def test_other_ids_pass(stack: TerraformStack, id: str) -> None:
    assert Vpc(Construct(stack, "network"), id).node.path == f"shop/network/{id}"


def test_a_scope_made_out_of_sight_is_known_by_its_path() -> None:
    stack = TerraformStack(cdktf.Testing.app(), "shop")
    with pytest.raises(SynthesisError, match="Vpc in shop: got the id 'A'"):
        Vpc(stack, "A")


def same_logical_id(stack: TerraformStack, make: type[Vpc | DataAwsAvailabilityZones]) -> None:
    make(stack, "one").override_logical_id("main")
    make(stack, "two").override_logical_id("main")


@pytest.mark.parametrize(
    ("kind", "address"),
    [(Vpc, "aws_vpc.main"), (DataAwsAvailabilityZones, "data.aws_availability_zones.main")],
)
def test_two_constructs_of_one_address_are_named(
    app: App, stack: TerraformStack, kind: type[Vpc | DataAwsAvailabilityZones], address: str
) -> None:
    same_logical_id(stack, kind)
    app.synth()
    with pytest.raises(SynthesisError) as refused:
        guard.check_addresses(app)
    assert str(refused.value) == (
        f"shop/one: shares the address {address} with shop/two; give one of them another id"
    )


def test_paths_that_differ_by_default_alone_share_an_address(app: App, stack: TerraformStack) -> None:
    network = Construct(stack, "network")
    Vpc(Construct(network, "inner"), "vpc")
    Vpc(Construct(Construct(network, "Default"), "inner"), "vpc")
    app.synth()
    with pytest.raises(SynthesisError, match=r"shares the address aws_vpc\.network_inner_vpc_"):
        guard.check_addresses(app)


def test_the_same_path_in_another_app_is_no_collision(
    app: App, stack: TerraformStack, tmp_path: Path
) -> None:
    other = TerraformStack(App(outdir=str(tmp_path / "other")), "shop")
    same_logical_id(other, Vpc)
    Vpc(stack, "one")
    DataAwsAvailabilityZones(stack, "two")
    app.synth()
    guard.check_addresses(app)


def test_a_resource_that_vanished_is_named(app: App, stack: TerraformStack) -> None:
    Vpc(stack, "one")
    stack.node.try_remove_child("one")
    app.synth()
    with pytest.raises(SynthesisError, match=r"shop/one: aws_vpc\.one was made but is not in what was synth"):
        guard.check_addresses(app)


def test_a_dict_for_a_struct_in_a_mapping_is_refused() -> None:
    """The AWS bindings have none; `Mapping[str, Struct]` is what jsii generates for another provider's."""

    class Holder:
        __jsii_declared_type__ = "holder"

        def __init__(self, rules: typing.Mapping[str, SecurityGroupIngress | dict[str, Any]]) -> None: ...

    with pytest.raises(SynthesisError, match=r"Holder\.rules\['web'\]: got a dict with from_port"):
        structs.check_arguments("", Holder, "__init__", [{"web": RULE}])
    structs.check_arguments("", Holder, "__init__", [{"web": SecurityGroupIngress()}])


def test_an_unknown_jsii_is_left_alone_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    guard.uninstall()
    monkeypatch.setattr(jsii, "create", lambda fqn, *values: (fqn, values))
    unknown = jsii.create
    with pytest.warns(RuntimeWarning, match="jsii's runtime has changed"):
        guard.install()
    assert jsii.create is unknown


def test_a_struct_of_another_make_is_left_alone_with_a_warning(stack: TerraformStack) -> None:
    rule = SecurityGroupIngress(from_port=443)
    rule._fields = rule.__dict__.pop("_values")
    with pytest.warns(RuntimeWarning, match="SecurityGroupIngress is generated differently"):
        guard.structs.check_arguments("shop/web", SecurityGroup, "__init__", [stack, "web", rule])


def test_installing_twice_wraps_once() -> None:
    wrapped = jsii.create
    guard.install()
    assert jsii.create is wrapped
    guard.uninstall()
    assert jsii.create == jsii.kernel.create
