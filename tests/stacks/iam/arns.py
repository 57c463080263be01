"""A stack as IAM sees it once it is applied, with ARNs and names where the JSON has references."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from modules.resilience.recovery.key import PURPOSE
from tests.iam.simulator import ACCOUNT

Json = dict[str, Any]
REGION = "eu-west-1"
_CLUSTER = re.compile(r"service/arn:aws:ecs:[^/]+/")
# The replica of a secret of another region, as a data source finds it.
_REPLICA = re.compile(r"\$\{one\(data\.aws_secretsmanager_secrets\.([\w-]+)\.arns\)\}")
_REFERENCE = re.compile(r"\$\{(data\.)?(\w+)\.([\w-]+)\.([^}]+)\}")


def _name(body: Json) -> str:
    return str(body.get("name") or f"{body['name_prefix']}20261126")


def _arn(service: str, resource: str, *, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


# Type → the ARN of a resource, from what it is configured with and an id of its own.
_ARNS: dict[str, Callable[[Json, str], str]] = {
    "aws_cloudfront_distribution": lambda _, own: _arn("cloudfront", f"distribution/{own}", region=""),
    "aws_cloudwatch_log_group": lambda body, _: _arn("logs", f"log-group:{_name(body)}"),
    "aws_codebuild_project": lambda body, _: _arn("codebuild", f"project/{_name(body)}"),
    "aws_codeconnections_connection": lambda _, own: _arn("codeconnections", f"connection/{own}"),
    "aws_db_instance": lambda _, own: _arn("rds", f"db:{own}"),
    "aws_dynamodb_table": lambda body, _: _arn("dynamodb", f"table/{_name(body)}"),
    "aws_ecr_repository": lambda body, _: _arn("ecr", f"repository/{_name(body)}"),
    "aws_ecs_cluster": lambda body, _: _arn("ecs", f"cluster/{_name(body)}"),
    "aws_ecs_service": lambda body, _: _arn("ecs", f"service/{body['cluster']}/{_name(body)}"),
    "aws_efs_access_point": lambda _, own: _arn("elasticfilesystem", f"access-point/fsap-{own[:17]}"),
    "aws_efs_file_system": lambda _, own: _arn("elasticfilesystem", f"file-system/fs-{own[:17]}"),
    "aws_iam_role": lambda body, _: _arn("iam", f"role/{_name(body)}", region=""),
    "aws_kms_key": lambda _, own: _arn("kms", f"key/{own}"),
    "aws_lambda_function": lambda body, _: _arn("lambda", f"function:{body['function_name']}"),
    "aws_s3_bucket": lambda body, _: _arn("s3", _bucket(body), region="", account=""),
    "aws_secretsmanager_secret": lambda body, _: _arn("secretsmanager", f"secret:{_name(body)}-AbCdEf"),
    "aws_sns_topic": lambda body, _: _arn("sns", _name(body)),
    "aws_ssm_parameter": lambda body, _: _arn("ssm", f"parameter/{_name(body).lstrip('/')}"),
}


def _bucket(body: Json) -> str:
    return str(body.get("bucket") or f"{body['bucket_prefix']}20261126")


class Applied:
    """The resources of a stack with their ARNs."""

    def __init__(self, name: str, stack: Json) -> None:
        self.name = name
        self.region = str(stack["provider"]["aws"][0]["region"])
        self.resources: Json = stack["resource"]
        self._data: Json = stack.get("data", {})

    def of_type(self, kind: str) -> dict[str, Json]:
        """Resources of a type by their names in the stack."""
        found: dict[str, Json] = self.resources.get(kind, {})
        return found

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a resource."""
        assert kind in _ARNS, f"add the ARN of {kind} to tests/stacks/iam/arns.py"
        body = self.resources[kind][name]
        identifier = str(uuid5(NAMESPACE_URL, f"{self.name}/{kind}.{name}"))
        # A service names its cluster by the ARN.
        found = _CLUSTER.sub("service/", self.resolved(_ARNS[kind](body, identifier)))
        return found.replace(f":{REGION}:", f":{self.region}:")

    def resolved(self, text: str) -> str:
        """A text with its references replaced."""
        return _REFERENCE.sub(self._value, _REPLICA.sub(self._replica, text))

    def key_policies(self) -> dict[str, Json]:
        """The policies of KMS keys by the ARNs of the keys, for those that have one.

        Those of keys that another stack has created, as each key of the library has it: IAM decides.
        """
        root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        by_iam = {"Effect": "Allow", "Principal": root, "Action": "kms:*", "Resource": "*"}
        others = {
            self.resolved(f"${{data.aws_kms_alias.{name}.target_key_arn}}"): {
                "Version": "2012-10-17",
                "Statement": [by_iam],
            }
            for name in self._data.get("aws_kms_alias", {})
        }
        return others | {
            self.arn("aws_kms_key", name): self.document(body["policy"])
            for name, body in self.of_type("aws_kms_key").items()
            if "policy" in body
        }

    def keys_of_secrets(self) -> set[str]:
        """The ARNs of the KMS keys of secrets, of replicas of secrets, and of passwords that RDS manages."""
        given = [body.get("kms_key_id") for body in self.of_type("aws_secretsmanager_secret").values()]
        given += [
            body.get("master_user_secret_kms_key_id") for body in self.of_type("aws_rds_cluster").values()
        ]
        given += [
            f"${{data.aws_kms_alias.{name}.target_key_arn}}"
            for name, body in self._data.get("aws_kms_alias", {}).items()
            if body["name"].endswith(f"-{PURPOSE}")
        ]
        return {self.resolved(key) for key in given if key}

    def document(self, text: str) -> Json:
        """A policy document with its references replaced."""
        document: Json = json.loads(self.resolved(text))
        return document

    def _replica(self, found: re.Match[str]) -> str:
        (only,) = self._data["aws_secretsmanager_secrets"][found[1]]["filter"]
        return _arn("secretsmanager", f"secret:{only['values'][0]}20261126-AbCdEf", region=self.region)

    def _value(self, found: re.Match[str]) -> str:
        data, kind, name, attribute = found.groups()
        if data and attribute == "target_key_arn":
            identifier = str(uuid5(NAMESPACE_URL, self._data[kind][name]["name"]))
            return _arn("kms", f"key/{identifier}", region=self.region)
        if data:
            known = {"account_id": ACCOUNT, "partition": "aws", "dns_suffix": "amazonaws.com"}
            return known[attribute]
        body = self.resources[kind][name]
        if attribute == "arn" or (kind, attribute) == ("aws_ecs_service", "id"):
            return self.arn(kind, name)
        if attribute == "master_user_secret[0].secret_arn":
            cluster = uuid5(NAMESPACE_URL, f"{self.name}/{name}")
            return _arn("secretsmanager", f"secret:rds!cluster-{cluster}-AbCdEf")
        if attribute in ("id", "name") and kind in ("aws_iam_role", "aws_cloudwatch_log_group"):
            return self.resolved(_name(body))
        assert isinstance(body.get(attribute), str), f"{kind}.{name}.{attribute} is unknown before an apply"
        return self.resolved(body[attribute])
