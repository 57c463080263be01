"""Which function prices which types of resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from operations.cost.lines import Item
from operations.cost.services import compute, databases, governance, network, operation
from operations.cost.view import View

PRICED: Mapping[Callable[[View], Iterator[Item]], tuple[str, ...]] = {
    compute.services: ("aws_ecs_service", "aws_ecs_task_definition", "aws_appautoscaling_target"),
    compute.clusters: ("aws_ecs_cluster", "aws_ecs_cluster_capacity_providers"),
    compute.repositories: ("aws_ecr_repository",),
    compute.functions: ("aws_cloudformation_stack",),
    compute.pipelines: ("aws_codepipeline",),
    compute.builds: ("aws_codebuild_project",),
    databases.instances: ("aws_db_instance",),
    databases.clusters: ("aws_rds_cluster",),
    databases.cluster_instances: ("aws_rds_cluster_instance",),
    databases.caches: ("aws_elasticache_replication_group",),
    databases.file_systems: ("aws_efs_file_system", "aws_efs_backup_policy"),
    databases.tables: ("aws_dynamodb_table",),
    databases.vaults: ("aws_backup_vault",),
    databases.restore_tests: ("aws_backup_restore_testing_selection",),
    network.gateways: ("aws_nat_gateway",),
    network.addresses: ("aws_eip",),
    network.endpoints: ("aws_vpc_endpoint",),
    network.load_balancers: ("aws_lb",),
    network.zones: (
        "aws_route53_health_check",
        "aws_route53_zone",
        "aws_service_discovery_private_dns_namespace",
    ),
    network.distributions: (
        "aws_cloudfront_distribution",
        "aws_cloudfront_function",
        "aws_cloudfront_monitoring_subscription",
    ),
    network.web_acls: ("aws_wafv2_web_acl",),
    governance.trails: ("aws_cloudtrail",),
    governance.recorders: ("aws_config_configuration_recorder", "aws_config_config_rule"),
    governance.detectors: ("aws_guardduty_detector",),
    governance.hubs: ("aws_securityhub_account",),
    operation.alarms: ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"),
    operation.dashboards: ("aws_cloudwatch_dashboard",),
    operation.metrics: ("aws_cloudwatch_log_metric_filter",),
    operation.logs: ("aws_cloudwatch_log_group",),
    operation.keys: ("aws_kms_key",),
    operation.secrets: ("aws_secretsmanager_secret",),
    operation.parameters: ("aws_ssm_parameter",),
    operation.queues: ("aws_sqs_queue",),
    operation.buckets: ("aws_s3_bucket",),
}
