"""The kinds of things with tags that the stacks create. Pure.

Ids: "Import" of each type's page in the documentation of Terraform's AWS provider. ARNs: the Service
Authorization Reference, https://docs.aws.amazon.com/service-authorization/latest/reference/.
"""

from __future__ import annotations

from collections.abc import Mapping

from operations.orphans.kinds import Kind
from operations.orphans.kinds import asked as _ask
from operations.orphans.kinds import named as _kind
from operations.orphans.kinds_of_accounts import ACCOUNTS

_NAME_TAG = {"tags.Name": "tags.Name"}


def _ec2(types: str, resource: str, call: str, ids: str, found: str) -> Kind:
    ask = _ask("ec2", f"describe_{call}", f"{found}[0]", **{ids: ["{id}"]})
    return _kind(types, f"ec2:{resource}/{{id}}", "{id}", _NAME_TAG, ask)


def _rule(direction: str, egress: str) -> Kind:
    by = {
        "security_group_id": "is.GroupId",
        "description": "is.Description",
        "ip_protocol": "is.IpProtocol",
        "from_port?": "is.FromPort",
        "cidr_ipv4?": "is.CidrIpv4",
        "referenced_security_group_id?": "is.ReferencedGroupInfo.GroupId",
    }
    found = f"SecurityGroupRules[?IsEgress==`{egress}`] | [0]"
    ask = _ask("ec2", "describe_security_group_rules", found, SecurityGroupRuleIds=["{id}"])
    return _kind(f"aws_vpc_security_group_{direction}_rule", "ec2:security-group-rule/{id}", "{id}", by, ask)


def _balancing(
    types: str, arn: str, call: str, argument: str, found: str, by: Mapping[str, str] | str
) -> Kind:
    ask = _ask("elbv2", f"describe_{call}", f"{found}[0]", **{argument: ["{arn}"]})
    return _kind(types, f"elasticloadbalancing:{arn}", "{arn}", by, ask)


_LISTENER = (
    "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{name}/{balancer}/{listener}"
)
_NETWORK = (
    _ec2("aws_vpc", "vpc", "vpcs", "VpcIds", "Vpcs"),
    _ec2("aws_subnet", "subnet", "subnets", "SubnetIds", "Subnets"),
    _ec2("aws_route_table", "route-table", "route_tables", "RouteTableIds", "RouteTables"),
    _ec2("aws_nat_gateway", "natgateway", "nat_gateways", "NatGatewayIds", "NatGateways"),
    _ec2("aws_eip", "elastic-ip", "addresses", "AllocationIds", "Addresses"),
    _ec2("aws_vpc_endpoint", "vpc-endpoint", "vpc_endpoints", "VpcEndpointIds", "VpcEndpoints"),
    _ec2("aws_flow_log", "vpc-flow-log", "flow_logs", "FlowLogIds", "FlowLogs"),
    _ec2(
        "aws_internet_gateway",
        "internet-gateway",
        "internet_gateways",
        "InternetGatewayIds",
        "InternetGateways",
    ),
    _ec2(
        "aws_security_group aws_default_security_group",
        "security-group",
        "security_groups",
        "GroupIds",
        "SecurityGroups",
    ),
    _rule("ingress", "false"),
    _rule("egress", "true"),
)
_INGRESS = (
    _balancing(
        "aws_lb",
        "loadbalancer/app/{name}/{id}",
        "load_balancers",
        "LoadBalancerArns",
        "LoadBalancers",
        "name",
    ),
    _balancing(
        "aws_lb_target_group",
        "targetgroup/{name}/{id}",
        "target_groups",
        "TargetGroupArns",
        "TargetGroups",
        "name",
    ),
    _balancing(
        "aws_lb_listener",
        "listener/app/{name}/{balancer}/{id}",
        "listeners",
        "ListenerArns",
        "Listeners",
        {"load_balancer_arn": "is.LoadBalancerArn", "port": "is.Port"},
    ),
    _balancing(
        "aws_lb_listener_rule",
        "listener-rule/app/{name}/{balancer}/{listener}/{id}",
        "rules",
        "RuleArns",
        "Rules",
        {"priority": "is.Priority", "listener_arn": _LISTENER},
    ),
    _kind("aws_wafv2_web_acl", "wafv2:regional/webacl/{name}/{id}", "{id}/{name}/REGIONAL", "name"),
    _kind("aws_wafv2_web_acl", "wafv2:global/webacl/{name}/{id}", "{id}/{name}/CLOUDFRONT", "name"),
    _kind("aws_acm_certificate", "acm:certificate/{id}", "{arn}", _NAME_TAG),
    _kind(
        "aws_cloudfront_distribution",
        "cloudfront:distribution/{id}",
        "{id}",
        {"comment": "is.Comment"},
        _ask("cloudfront", "get_distribution_config", "DistributionConfig", Id="{id}"),
    ),
    _kind("aws_route53_zone", "route53:hostedzone/{id}", "{id}", _NAME_TAG),
    _kind("aws_route53_health_check", "route53:healthcheck/{id}", "{id}", _NAME_TAG),
    _kind(
        "aws_service_discovery_private_dns_namespace",
        "servicediscovery:namespace/{id}",
        "{id}:{vpc}",
        {"name": "is.Name"},
        _ask("servicediscovery", "get_namespace", "Namespace", Id="{id}"),
    ),
    _kind(
        "aws_service_discovery_service",
        "servicediscovery:service/{id}",
        "{id}",
        {"name": "is.Name", "dns_config.namespace_id": "is.NamespaceId"},
        _ask("servicediscovery", "get_service", "Service", Id="{id}"),
    ),
)
_CONNECTION = {"name": "is.ConnectionName"}
_ASK_CONNECTION = _ask("codeconnections", "get_connection", "Connection", ConnectionArn="{arn}")
_TARGET = "ScalableTargets[?ScalableTargetARN=='{arn}'] | [0]"
_COMPUTE = (
    _kind(
        "aws_ecs_cluster",
        "ecs:cluster/{name}",
        "{name}",
        "name",
        _ask("ecs", "describe_clusters", "clusters[0]", clusters=["{arn}"]),
    ),
    _kind(
        "aws_ecs_service",
        "ecs:service/{cluster}/{name}",
        "{cluster}/{name}",
        "name",
        _ask("ecs", "describe_services", "services[0]", cluster="{cluster}", services=["{arn}"]),
    ),
    _kind(
        "aws_ecs_task_definition",
        "ecs:task-definition/{name}:{revision}",
        "{arn}",
        "family",
        _ask("ecs", "describe_task_definition", "taskDefinition", taskDefinition="{arn}"),
        newest=True,
    ),
    _kind(
        "aws_appautoscaling_target",
        "application-autoscaling:scalable-target/{id}",
        "{is.ServiceNamespace}/{is.ResourceId}/{is.ScalableDimension}",
        {"resource_id": "is.ResourceId", "scalable_dimension": "is.ScalableDimension"},
        _ask("application-autoscaling", "describe_scalable_targets", _TARGET, ServiceNamespace="ecs"),
    ),
    _kind("aws_ecr_repository", "ecr:repository/{path}", "{path}", "name"),
    _kind("aws_codebuild_project", "codebuild:project/{name}", "{name}", "name"),
    _kind("aws_codepipeline", "codepipeline:{name}", "{name}", "name"),
    _kind(
        "aws_codeconnections_connection",
        "codeconnections:connection/{id}",
        "{arn}",
        _CONNECTION,
        _ASK_CONNECTION,
    ),
    _kind(
        "aws_codeconnections_connection",
        "codestar-connections:connection/{id}",
        "{arn}",
        _CONNECTION,
        _ASK_CONNECTION,
    ),
    _kind("aws_cloudformation_stack", "cloudformation:stack/{name}/{id}", "{name}", "name"),
    _kind("aws_iam_policy", "iam:policy/{name}", "{arn}", "name"),
)
_DATA = (
    _kind(
        "aws_db_instance aws_rds_cluster_instance",
        "rds:db:{name}",
        "{name}",
        "identifier",
        _ask("rds", "describe_db_instances", "DBInstances[0]", DBInstanceIdentifier="{name}"),
    ),
    _kind("aws_rds_cluster", "rds:cluster:{name}", "{name}", "cluster_identifier"),
    _kind("aws_rds_global_cluster", "rds:global-cluster:{name}", "{name}", "global_cluster_identifier"),
    _kind("aws_db_parameter_group", "rds:pg:{name}", "{name}", "name"),
    _kind("aws_rds_cluster_parameter_group", "rds:cluster-pg:{name}", "{name}", "name"),
    _kind("aws_db_subnet_group", "rds:subgrp:{name}", "{name}", "name"),
    _kind(
        "aws_elasticache_replication_group",
        "elasticache:replicationgroup:{name}",
        "{name}",
        "replication_group_id",
    ),
    _kind("aws_elasticache_parameter_group", "elasticache:parametergroup:{name}", "{name}", "name"),
    _kind("aws_elasticache_subnet_group", "elasticache:subnetgroup:{name}", "{name}", "name"),
    _kind("aws_dynamodb_table", "dynamodb:table/{name}", "{name}", "name"),
    _kind("aws_s3_bucket", "s3:{name}", "{name}", "bucket"),
    _kind(
        "aws_efs_file_system",
        "elasticfilesystem:file-system/{id}",
        "{id}",
        _NAME_TAG,
        _ask("efs", "describe_file_systems", "FileSystems[0]", FileSystemId="{id}"),
    ),
    _kind(
        "aws_efs_access_point",
        "elasticfilesystem:access-point/{id}",
        "{id}",
        _NAME_TAG,
        _ask("efs", "describe_access_points", "AccessPoints[0]", AccessPointId="{id}"),
    ),
    _kind("aws_backup_vault", "backup:backup-vault:{name}", "{name}", "name"),
    _kind(
        "aws_backup_plan",
        "backup:backup-plan:{id}",
        "{id}",
        {"name": "is.BackupPlanName"},
        _ask("backup", "get_backup_plan", "BackupPlan", BackupPlanId="{id}"),
    ),
)
_OBSERVED = (
    _kind(
        "aws_cloudwatch_metric_alarm aws_cloudwatch_composite_alarm",
        "cloudwatch:alarm:{path}",
        "{path}",
        "alarm_name",
    ),
    _kind("aws_cloudwatch_log_group", "logs:log-group:{path}", "{path}", "name"),
    _kind("aws_cloudwatch_log_delivery_source", "logs:delivery-source:{name}", "{name}", "name"),
    _kind("aws_cloudwatch_log_delivery_destination", "logs:delivery-destination:{name}", "{name}", "name"),
    _kind(
        "aws_cloudwatch_log_delivery",
        "logs:delivery:{id}",
        "{id}",
        {"delivery_source_name": "is.deliverySourceName"},
        _ask("logs", "get_delivery", "delivery", id="{id}"),
    ),
    _kind("aws_cloudwatch_event_rule", "events:rule/{name}", "default/{name}", "name"),
    _kind("aws_sns_topic", "sns:{name}", "{arn}", "name"),
    _kind(
        "aws_sqs_queue",
        "sqs:{name}",
        "{is.QueueUrl}",
        {"name": "name"},
        _ask("sqs", "get_queue_url", "@", QueueName="{name}"),
    ),
    _kind("aws_budgets_budget", "budgets:budget/{name}", "{account}:{name}", "name"),
)
# An ARN has no slash of its own before a name that begins with one.
_PARAMETERS = [{"Key": "Name", "Option": "Equals", "Values": ["{path}", "/{path}"]}]
_SECRET = (
    _kind(
        "aws_kms_key",
        "kms:key/{id}",
        "{id}",
        _NAME_TAG,
        _ask("kms", "describe_key", "KeyMetadata", KeyId="{id}"),
    ),
    _kind(
        "aws_secretsmanager_secret",
        "secretsmanager:secret:{path}",
        "{arn}",
        {"name": "is.Name"},
        _ask("secretsmanager", "describe_secret", "@", SecretId="{arn}"),
    ),
    _kind(
        "aws_ssm_parameter",
        "ssm:parameter/{path}",
        "{is.Name}",
        {"name": "is.Name"},
        _ask("ssm", "describe_parameters", "Parameters[0]", ParameterFilters=_PARAMETERS),
    ),
)
KINDS = (*_NETWORK, *_INGRESS, *_COMPUTE, *_DATA, *_OBSERVED, *_SECRET, *ACCOUNTS)
