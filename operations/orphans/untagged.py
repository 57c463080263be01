"""What exists under a name of the code, of types that no tag finds: asked by name, for addresses in no state.

IAM's roles have tags, but "the GetResources operation does not currently support IAM users and roles"
(https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from operations.orphans.known import Address, Known
from operations.orphans.matching import Adoption
from operations.orphans.tagged import Clients

# Asks AWS, and gives back the id for the import; None where there is nothing.
_Ask = Callable[[Known, Address, Clients], str | None]
# Settings of other resources. Creating them anew writes the same over, so that nothing is imported.
WRITTEN_OVER = (
    "aws_appautoscaling_policy",
    "aws_backup_vault_lock_configuration",
    "aws_cloudfront_monitoring_subscription",
    "aws_cloudwatch_dashboard",
    "aws_cloudwatch_event_target",
    "aws_cloudwatch_log_metric_filter",
    "aws_config_configuration_recorder",
    "aws_config_configuration_recorder_status",
    "aws_config_delivery_channel",
    "aws_default_security_group",
    "aws_ebs_encryption_by_default",
    "aws_ebs_snapshot_block_public_access",
    "aws_ec2_image_block_public_access",
    "aws_ec2_instance_metadata_defaults",
    "aws_ecr_lifecycle_policy",
    "aws_ecr_replication_configuration",
    "aws_ecs_cluster_capacity_providers",
    "aws_efs_backup_policy",
    "aws_efs_file_system_policy",
    "aws_emr_block_public_access_configuration",
    "aws_guardduty_detector_feature",
    "aws_iam_account_password_policy",
    "aws_iam_role_policy",
    "aws_iam_role_policy_attachment",
    "aws_s3_account_public_access_block",
    "aws_s3_bucket_cors_configuration",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_object_lock_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_replication_configuration",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_secretsmanager_secret_rotation",
    "aws_secretsmanager_secret_version",
    "aws_securityhub_standards_subscription",
    "aws_sns_topic_policy",
    "aws_sns_topic_subscription",
    "aws_wafv2_web_acl_association",
    "aws_wafv2_web_acl_logging_configuration",
    # No things of AWS: a wait, and a call.
    "aws_acm_certificate_validation",
    "aws_lambda_invocation",
)
# Not looked for: the name of what they belong to is known to AWS alone.
NOT_LOOKED_FOR = {
    "aws_backup_restore_testing_plan": "if the apply says AlreadyExistsException, import it: its name",
    "aws_backup_restore_testing_selection": "if the apply says AlreadyExistsException, import it: NAME:PLAN",
    "aws_backup_selection": "a second one beside it does no harm: both select the same",
    "aws_db_instance_automated_backups_replication": "if the apply says that it is there, import it: its ARN",
    "aws_securityhub_account": "if the apply says ResourceConflictException, import it: the account's id",
    "aws_lambda_permission": "if the apply says ResourceConflictException, import it: FUNCTION/STATEMENT",
}


def untagged(known: Known, clients: Clients) -> Iterable[Adoption]:
    """The adoptions of what AWS has under a name of the code, whose address is in no state."""
    for one in known.absent:
        ask = ASKED.get(one.type)
        if ask and (identifier := ask(known, one, clients)):
            known.adopt(one.address, {"id": identifier})
            yield Adoption(address=one.address, id=identifier)


def _role(known: Known, one: Address, clients: Clients) -> str | None:
    iam = clients("iam", one.region)
    name = known.argument(one, "name")
    try:
        return str(iam.get_role(RoleName=name)["Role"]["RoleName"])
    except iam.exceptions.NoSuchEntityException:
        return None


def _identity_provider(known: Known, one: Address, clients: Clients) -> str | None:
    answer = clients("iam", one.region).list_open_id_connect_providers()["OpenIDConnectProviderList"]
    host = (known.argument(one, "url") or "").removeprefix("https://")
    return next((str(each["Arn"]) for each in answer if each["Arn"].endswith(f":oidc-provider/{host}")), None)


def _alias(known: Known, one: Address, clients: Clients) -> str | None:
    pages = clients("kms", one.region).get_paginator("list_aliases").paginate()
    return _with(
        known.argument(one, "name"), [alias for page in pages for alias in page["Aliases"]], "AliasName"
    )


def _route(known: Known, one: Address, clients: Clients) -> str | None:
    table, target = known.argument(one, "route_table_id"), known.argument(one, "destination_cidr_block")
    for found in _route_tables(clients, one, "route-table-id", table):
        if any(route.get("DestinationCidrBlock") == target for route in found["Routes"]):
            return f"{table}_{target}"
    return None


def _association(known: Known, one: Address, clients: Clients) -> str | None:
    table, subnet = known.argument(one, "route_table_id"), known.argument(one, "subnet_id")
    for found in _route_tables(clients, one, "association.subnet-id", subnet):
        if found["RouteTableId"] == table:
            return f"{subnet}/{table}"
    return None


def _route_tables(clients: Clients, one: Address, name: str, value: str | None) -> list[Any]:
    if not value or "${" in value:
        return []
    wanted = [{"Name": name, "Values": [value]}]
    found: list[Any] = clients("ec2", one.region).describe_route_tables(Filters=wanted)["RouteTables"]
    return found


def _record(known: Known, one: Address, clients: Clients) -> str | None:
    zone, name, kind = (known.argument(one, path) for path in ("zone_id", "name", "type"))
    if not zone or "${" in zone + name:
        return None
    answer = clients("route53", one.region).list_resource_record_sets(
        HostedZoneId=zone, StartRecordName=name, StartRecordType=kind, MaxItems="1"
    )
    for found in answer["ResourceRecordSets"]:
        if (found["Name"].rstrip("."), found["Type"]) == (name.rstrip("."), kind):
            return f"{zone}_{name}_{kind}"
    return None


def _mount_target(known: Known, one: Address, clients: Clients) -> str | None:
    system, subnet = known.argument(one, "file_system_id"), known.argument(one, "subnet_id")
    if not system or "${" in system:
        return None
    found = clients("efs", one.region).describe_mount_targets(FileSystemId=system)["MountTargets"]
    return next((target["MountTargetId"] for target in found if target["SubnetId"] == subnet), None)


def _function(known: Known, one: Address, clients: Clients) -> str | None:
    cloudfront = clients("cloudfront", one.region)
    name = known.argument(one, "name")
    try:
        return str(cloudfront.describe_function(Name=name)["FunctionSummary"]["Name"])
    except cloudfront.exceptions.NoSuchFunctionExists:
        return None


def _cache_policy(known: Known, one: Address, clients: Clients) -> str | None:
    answer = clients("cloudfront", one.region).list_cache_policies(Type="custom")["CachePolicyList"]
    found = [each["CachePolicy"] for each in answer.get("Items", [])]
    return next(
        (each["Id"] for each in found if each["CachePolicyConfig"]["Name"] == known.argument(one, "name")),
        None,
    )


def _headers_policy(known: Known, one: Address, clients: Clients) -> str | None:
    answer = clients("cloudfront", one.region).list_response_headers_policies(Type="custom")
    found = [each["ResponseHeadersPolicy"] for each in answer["ResponseHeadersPolicyList"].get("Items", [])]
    name = known.argument(one, "name")
    return next((each["Id"] for each in found if each["ResponseHeadersPolicyConfig"]["Name"] == name), None)


def _origin_access(known: Known, one: Address, clients: Clients) -> str | None:
    answer = clients("cloudfront", one.region).list_origin_access_controls()["OriginAccessControlList"]
    name = known.argument(one, "name")
    return next((each["Id"] for each in answer.get("Items", []) if each["Name"] == name), None)


def _with(name: str, found: list[Any], key: str) -> str | None:
    return next((str(one[key]) for one in found if one[key] == name), None)


ASKED: dict[str, _Ask] = {
    "aws_cloudfront_cache_policy": _cache_policy,
    "aws_cloudfront_function": _function,
    "aws_cloudfront_origin_access_control": _origin_access,
    "aws_cloudfront_response_headers_policy": _headers_policy,
    "aws_efs_mount_target": _mount_target,
    "aws_iam_openid_connect_provider": _identity_provider,
    "aws_iam_role": _role,
    "aws_kms_alias": _alias,
    "aws_route": _route,
    "aws_route53_record": _record,
    "aws_route_table_association": _association,
}
