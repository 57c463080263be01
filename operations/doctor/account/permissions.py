"""What the credentials may do with the stack's state, by IAM's own simulation of the state policy."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from backend.policies import state_policy
from backend.s3_settings import S3Settings
from modules.terraform_json import blocks
from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok, warning

Json = Mapping[str, Any]
_STATE_ROLE = "attach the policy of the state to that role (infra outputs state-backend, policy-arns)"


def findings(target: Target) -> Iterator[Finding]:
    """A finding for the actions that are refused (IAM API: SimulatePrincipalPolicy)."""
    backends = blocks(target.document.get("terraform", {}).get("backend", {}).get("s3"))
    if not backends:
        yield ok("the state is not in S3")
        return
    if role := backends[0].get("assume_role"):
        yield warning(f"not checked: the state is read and written as {role['role_arn']}", _STATE_ROLE)
        return
    principal = _principal(target)
    if principal is None:
        yield warning("the credentials are the root user's, which no policy limits", "sign in with a role")
        return
    denied: list[str] = []
    for statement in _statements(target, backends[0]):
        answer = target.client("iam").simulate_principal_policy(
            PolicySourceArn=principal,
            ActionNames=statement["Action"],
            ResourceArns=statement["Resource"],
            ContextEntries=_context(statement),
        )
        denied += [
            one["EvalActionName"] for one in answer["EvaluationResults"] if one["EvalDecision"] != "allowed"
        ]
    if denied:
        yield missing(
            f"{principal} may not {', '.join(sorted(set(denied)))} on the state of {target.stack}",
            "attach the policy of its state, which infra outputs state-backend names (policy-arns)",
        )
    else:
        yield ok(f"{principal} may read, lock and write the state")


def _statements(target: Target, block: Json) -> list[Json]:
    names = ("bucket", "region", "dynamodb_table", "use_lockfile", "kms_key_id", "encrypt")
    settings = S3Settings(**{name: block[name] for name in names if name in block})
    table, region = settings.dynamodb_table, settings.region
    key = _key_arn(target, settings)
    policy = state_policy(
        block["key"],
        settings,
        bucket_arn=target.arn("s3", settings.bucket, region),
        key_arn=key or "none",
        table_arn=target.arn("dynamodb", f"table/{table}", region) if table else None,
    )
    listed: list[Json] = json.loads(policy)["Statement"]
    return [one for one in listed if key is not None or one.get("Sid") != "Encryption"]


def _key_arn(target: Target, settings: S3Settings) -> str | None:
    if settings.kms_key_id is None:
        return None
    kms = target.client("kms", settings.region)
    try:
        return str(kms.describe_key(KeyId=settings.kms_key_id)["KeyMetadata"]["Arn"])
    except kms.exceptions.NotFoundException:
        return None  # the state backend is not created: a finding of its own


def _principal(target: Target) -> str | None:
    """The ARN of the user or the role, which is what IAM simulates; None for the root user."""
    arn = target.identity["Arn"]
    resource = arn.split(":")[5]
    if resource == "root":
        return None
    if resource.startswith("assumed-role/"):
        # The ARN of a session lacks the role's path.
        return str(target.client("iam").get_role(RoleName=resource.split("/")[1])["Role"]["Arn"])
    return arn


def _context(statement: Json) -> list[Json]:
    """What a request has that the conditions look at."""
    compared = {
        name: values
        for operator, conditions in statement.get("Condition", {}).items()
        if operator.endswith("StringEquals")
        for name, values in conditions.items()
    }
    return [
        {
            "ContextKeyName": name,
            "ContextKeyValues": _listed(values)[:1],
            "ContextKeyType": "stringList" if name == "dynamodb:LeadingKeys" else "string",
        }
        for name, values in compared.items()
    ]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
