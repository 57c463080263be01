"""Attributes that are named where they are used, and read by the kernel when they are resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdktf
import pytest
from cdktf import App, Fn, TerraformResource, Token, Tokenization
from cdktf_cdktf_provider_aws.data_aws_iam_role import DataAwsIamRole
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic
from cdktf_cdktf_provider_aws.vpc import Vpc
from jsii._kernel.providers.process import ProcessProvider

STOCK = re.compile(r"\$\{TfToken\[TOKEN\.\d+\]\}")
NAMED = re.compile(r"\$\{TfToken\[ATTRIBUTE\.\d+\.\w+\.\d+\]\}")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The attributes that the kernel was asked for."""
    names: list[str] = []
    stock = ProcessProvider.get

    def get(self: ProcessProvider, request: Any) -> Any:
        names.append(request.property)
        return stock(self, request)

    monkeypatch.setattr(ProcessProvider, "get", get)
    return names


@pytest.fixture
def make_vpc(stack: cdktf.TerraformStack) -> Callable[[], Vpc]:
    """Makes one VPC after the other; attributes of the class were read before."""
    first = Vpc(stack, "first", cidr_block="10.0.0.0/16")
    assert first.id
    assert first.arn
    numbers = iter(range(1000))
    return lambda: Vpc(stack, f"vpc-{next(numbers)}", cidr_block="10.0.0.0/16")


def written(app: App, name: str = "shop") -> dict[str, Any]:
    app.synth()
    found: dict[str, Any] = json.loads(Path(app.outdir, "stacks", name, "cdk.tf.json").read_text())
    return found


def test_the_kernel_is_asked_for_an_attribute_of_a_class_once(
    make_vpc: Callable[[], Vpc], asked: list[str]
) -> None:
    texts = [make_vpc().id, make_vpc().id, make_vpc().arn]
    assert asked == []
    assert all(NAMED.fullmatch(text) for text in texts)


def test_each_read_is_a_text_of_its_own_as_with_stock_jsii(make_vpc: Callable[[], Vpc]) -> None:
    vpc = make_vpc()
    assert vpc.id != vpc.id


def test_python_sees_a_token(make_vpc: Callable[[], Vpc]) -> None:
    vpc = make_vpc()
    assert Token.is_unresolved(vpc.id)
    assert Token.is_unresolved(f"vpc/{vpc.id}")
    assert len(Tokenization.reverse_string(f"{vpc.id}, {vpc.arn}").tokens) == 2


def test_every_use_is_written_as_the_attribute(
    app: App, stack: cdktf.TerraformStack, make_vpc: Callable[[], Vpc]
) -> None:
    vpc, other = make_vpc(), make_vpc()
    names = {"alone": vpc.id, "within": f"a-{vpc.id}-{other.arn}-${{count.index}}}}"}
    cdktf.TerraformOutput(stack, "map", value=names)
    cdktf.TerraformOutput(stack, "list", value=[vpc.arn, vpc.arn, "plain"])
    cdktf.TerraformOutput(stack, "call", value=Fn.join(",", [vpc.id, f"{other.id}/x"]))
    cdktf.TerraformOutput(stack, "key", value={vpc.id: "as a key"})
    SnsTopic(stack, "topic", name="topic", tags={"vpc": other.id})
    found = written(app)
    output = {name: block["value"] for name, block in found["output"].items()}
    assert output["map"] == {
        "alone": "${aws_vpc.vpc-0.id}",
        "within": "a-${aws_vpc.vpc-0.id}-${aws_vpc.vpc-1.arn}-${count.index}}",
    }
    assert output["list"] == ["${aws_vpc.vpc-0.arn}", "${aws_vpc.vpc-0.arn}", "plain"]
    assert output["call"] == '${join(",", [aws_vpc.vpc-0.id, "${aws_vpc.vpc-1.id}/x"])}'
    assert output["key"] == {"${aws_vpc.vpc-0.id}": "as a key"}
    assert found["resource"]["aws_sns_topic"]["topic"]["tags"] == {"vpc": "${aws_vpc.vpc-1.id}"}


def test_another_stack_reads_it_from_the_state(app: App, make_vpc: Callable[[], Vpc]) -> None:
    other = cdktf.TerraformStack(app, "other")
    SnsTopic(other, "topic", name=make_vpc().id)
    topic = written(app, "other")["resource"]["aws_sns_topic"]["topic"]
    output = "cross-stack-output-aws_vpcvpc-0id"
    assert (
        topic["name"] == f"${{data.terraform_remote_state.cross-stack-reference-input-shop.outputs.{output}}}"
    )


def test_a_data_source_has_its_prefix(app: App, stack: cdktf.TerraformStack) -> None:
    roles = [DataAwsIamRole(stack, f"role-{number}", name="role") for number in range(2)]
    texts = [role.arn for role in roles]
    assert NAMED.fullmatch(texts[1])
    cdktf.TerraformOutput(stack, "roles", value=texts)
    assert written(app)["output"]["roles"]["value"] == [
        "${data.aws_iam_role.role-0.arn}",
        "${data.aws_iam_role.role-1.arn}",
    ]


def test_what_was_taken_out_of_the_tree_is_still_named(
    app: App, stack: cdktf.TerraformStack, make_vpc: Callable[[], Vpc]
) -> None:
    vpc = make_vpc()
    cdktf.TerraformOutput(stack, "vpc", value=vpc.id)
    assert stack.node.try_remove_child("vpc-0")
    assert written(app)["output"]["vpc"]["value"] == "${aws_vpc.vpc-0.id}"


def test_what_is_no_attribute_is_asked_for_each_time(stack: cdktf.TerraformStack, asked: list[str]) -> None:
    class OwnVpc(Vpc):  # type: ignore[misc]  # the bindings' classes are Any to mypy
        """A class of one's own may answer in its own way."""

    names = [Fn.upper("name"), "name"]
    buckets = [S3Bucket(stack, f"bucket-{number}", bucket=name) for number, name in enumerate(names)]
    things = [TerraformResource(stack, f"thing-{n}", terraform_resource_type="aws_thing") for n in range(2)]
    own = [OwnVpc(stack, f"own-{number}", cidr_block="10.0.0.0/16") for number in range(2)]
    for bucket in buckets:
        # What was given may be a token, in another bucket it is none.
        assert bucket.bucket_input
        assert bucket.friendly_unique_id
    assert buckets[1].bucket_input == "name"
    for vpc in own:
        assert STOCK.fullmatch(vpc.id)
    for thing in things:
        assert thing.friendly_unique_id
    ids = ["friendlyUniqueId"] * 2
    assert asked == [*["bucketInput", "friendlyUniqueId"] * 2, "bucketInput", "id", "id", *ids]


def test_an_address_is_one_text_and_asked_for_once(
    app: App, stack: cdktf.TerraformStack, make_vpc: Callable[[], Vpc], asked: list[str]
) -> None:
    vpcs = [make_vpc() for _ in range(3)]
    texts = [(vpc.fqn, vpc.fqn) for vpc in vpcs]
    assert asked == ["fqn"]
    assert STOCK.fullmatch(texts[0][0])
    assert NAMED.fullmatch(texts[1][0])
    assert len({text for pair in texts for text in pair}) == len(vpcs)
    cdktf.TerraformOutput(stack, "addresses", value=[f"{first}/{second}" for first, second in texts])
    assert written(app)["output"]["addresses"]["value"][2] == "${aws_vpc.vpc-2}/${aws_vpc.vpc-2}"


def test_an_address_that_was_read_is_kept_as_with_stock_jsii(make_vpc: Callable[[], Vpc]) -> None:
    vpcs = [make_vpc() for _ in range(2)]
    assert [bool(vpc.fqn) for vpc in vpcs] == [True, True]
    for vpc in vpcs:
        with pytest.raises(RuntimeError, match="Logical ID may not be overridden once"):
            vpc.override_logical_id("renamed")


def test_an_attribute_of_a_block_is_asked_for_each_time(stack: cdktf.TerraformStack) -> None:
    clusters = [RdsCluster(stack, f"cluster-{number}", engine="aurora-postgresql") for number in range(3)]
    arns = [cluster.master_user_secret.get(0).secret_arn for cluster in clusters]
    assert all(STOCK.fullmatch(arn) for arn in arns)


def test_a_token_of_nothing_is_refused_in_cdktfs_words(app: App, stack: cdktf.TerraformStack) -> None:
    cdktf.TerraformOutput(stack, "nothing", value="${TfToken[ATTRIBUTE.1.arn.1]}")
    with pytest.raises(RuntimeError, match=r"Unrecognized Token Key 'ATTRIBUTE\.1\.arn\.1'"):
        app.synth()


def test_an_id_is_settled_by_reading_as_with_stock_jsii(
    app: App, stack: cdktf.TerraformStack, make_vpc: Callable[[], Vpc]
) -> None:
    read, unread = make_vpc(), make_vpc()
    cdktf.TerraformOutput(stack, "vpcs", value=[read.id])
    for vpc in (read, unread):
        vpc.override_logical_id(f"renamed-{vpc.node.id}")
    found = written(app)
    assert found["output"]["vpcs"]["value"] == ["${aws_vpc.vpc-0.id}"]
    assert set(found["resource"]["aws_vpc"]) == {"first", "vpc-0", "renamed-vpc-1"}
