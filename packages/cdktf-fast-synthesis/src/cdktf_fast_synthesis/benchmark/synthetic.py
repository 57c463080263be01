"""An application of as many resources as asked for, to see what each further one costs: `synthetic.py N`."""

# ruff: noqa: E402  install() comes before what it speeds up

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import count, islice

import cdktf_fast_synthesis

cdktf_fast_synthesis.install()

import cdktf_cdktf_provider_aws as aws
from cdktf import App, S3Backend, TerraformResource, TerraformStack

STACKS = 4
TAGS = {"Name": "synthetic", "Environment": "benchmark", "Owner": "nobody", "CostCenter": "0"}


def synthesize(resources: int) -> None:
    """Write that many resources, in four stacks, to CDKTF_OUTDIR."""
    app = App(outdir=os.environ["CDKTF_OUTDIR"])
    for number in range(STACKS):
        stack = TerraformStack(app, f"synthetic-{number}")
        aws.provider.AwsProvider(stack, "aws", region="eu-west-1")
        S3Backend(stack, bucket="synthetic", key=f"{number}.tfstate", region="eu-west-1")
        share = resources // STACKS + (number < resources % STACKS)
        for _ in islice(_services(stack), share):
            pass
    app.synth()
    cdktf_fast_synthesis.check_addresses(app)


def _services(stack: TerraformStack) -> Iterator[TerraformResource]:
    """One resource after the other, without end: a network, then what services in it are made of."""
    vpc = aws.vpc.Vpc(stack, "vpc", cidr_block="10.0.0.0/16", tags=TAGS)
    yield vpc
    for number in count():
        yield from _service(stack, f"service-{number}", vpc)


def _service(stack: TerraformStack, name: str, vpc: aws.vpc.Vpc) -> Iterator[TerraformResource]:
    group = aws.security_group.SecurityGroup(stack, f"{name}-group", vpc_id=vpc.id, tags=TAGS)
    yield group
    for port in (443, 5432):
        yield aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule(
            stack,
            f"{name}-{port}",
            security_group_id=group.id,
            cidr_ipv4="10.0.0.0/16",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
    key = aws.kms_key.KmsKey(stack, f"{name}-key", enable_key_rotation=True, tags=TAGS)
    yield key
    log = aws.cloudwatch_log_group.CloudwatchLogGroup(
        stack, f"{name}-log", name=f"/{name}", retention_in_days=30, kms_key_id=key.arn, tags=TAGS
    )
    yield log
    role = aws.iam_role.IamRole(stack, f"{name}-role", assume_role_policy="{}", tags=TAGS)
    yield role
    yield aws.iam_role_policy.IamRolePolicy(
        stack, f"{name}-policy", role=role.id, policy=f'{{"Resource":"{log.arn}"}}'
    )
    versioning = aws.s3_bucket_versioning
    bucket = aws.s3_bucket.S3Bucket(stack, f"{name}-bucket", bucket_prefix=f"{name}-", tags=TAGS)
    yield bucket
    yield versioning.S3BucketVersioningA(
        stack,
        f"{name}-versioning",
        bucket=bucket.id,
        versioning_configuration=versioning.S3BucketVersioningVersioningConfiguration(status="Enabled"),
    )


if __name__ == "__main__":
    synthesize(int(sys.argv[1]))
    cdktf_fast_synthesis.end(0)
