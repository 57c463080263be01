"""Types of resources that cost nothing by themselves, and why."""

from __future__ import annotations

from collections.abc import Mapping

_SETTING = "a setting of a resource that is priced"
_IAM = "AWS IAM has no charge"
_NETWORK = "AWS charges for gateways, endpoints, addresses and traffic, not for networks"
_EVENTS = "AWS's own events are free; functions are paid when they run"
_ACCOUNT = "free of charge"

FREE: Mapping[str, str] = {
    "aws_acm_certificate": "public certificates are free of charge",
    "aws_acm_certificate_validation": "public certificates are free of charge",
    "aws_appautoscaling_policy": "scaling is free; its alarms are among those that AWS makes without charge",
    "aws_appautoscaling_scheduled_action": "scaling is free of charge",
    "aws_backup_plan": "AWS charges for what vaults keep",
    "aws_backup_selection": "AWS charges for what vaults keep",
    "aws_backup_vault_lock_configuration": _SETTING,
    "aws_budgets_budget": "a budget without actions is free of charge",
    "aws_ce_anomaly_monitor": _ACCOUNT,
    "aws_ce_anomaly_subscription": _ACCOUNT,
    "aws_ce_cost_allocation_tag": _ACCOUNT,
    "aws_cloudfront_cache_policy": _SETTING,
    "aws_cloudfront_origin_access_control": _SETTING,
    "aws_cloudfront_response_headers_policy": _SETTING,
    "aws_cloudwatch_event_rule": _EVENTS,
    "aws_cloudwatch_event_target": _EVENTS,
    "aws_cloudwatch_log_delivery": "what it delivers is among the assumed logs",
    "aws_cloudwatch_log_delivery_destination": _SETTING,
    "aws_cloudwatch_log_delivery_source": _SETTING,
    "aws_cloudwatch_log_resource_policy": _SETTING,
    "aws_codeconnections_connection": "connections are free of charge",
    "aws_db_parameter_group": _SETTING,
    "aws_db_subnet_group": _SETTING,
    "aws_default_security_group": _NETWORK,
    "aws_ecr_lifecycle_policy": _SETTING,
    "aws_efs_access_point": _SETTING,
    "aws_efs_file_system_policy": _SETTING,
    "aws_efs_mount_target": _SETTING,
    "aws_elasticache_parameter_group": _SETTING,
    "aws_elasticache_subnet_group": _SETTING,
    "aws_flow_log": "what it logs is among the assumed logs",
    "aws_iam_openid_connect_provider": _IAM,
    "aws_iam_policy": _IAM,
    "aws_iam_role": _IAM,
    "aws_iam_role_policy": _IAM,
    "aws_iam_role_policy_attachment": _IAM,
    "aws_internet_gateway": _NETWORK,
    "aws_kms_alias": _SETTING,
    "aws_lambda_invocation": "less than a cent for each apply",
    "aws_lambda_permission": _SETTING,
    "aws_lb_listener": _SETTING,
    "aws_lb_listener_rule": _SETTING,
    "aws_lb_target_group": _SETTING,
    "aws_rds_cluster_parameter_group": _SETTING,
    "aws_route": _NETWORK,
    "aws_route53_record": "records are free of charge; queries are priced with their zone",
    "aws_route_table": _NETWORK,
    "aws_route_table_association": _NETWORK,
    "aws_s3_bucket_cors_configuration": _SETTING,
    "aws_s3_bucket_lifecycle_configuration": _SETTING,
    "aws_s3_bucket_logging": _SETTING,
    "aws_s3_bucket_ownership_controls": _SETTING,
    "aws_s3_bucket_policy": _SETTING,
    "aws_s3_bucket_public_access_block": _SETTING,
    "aws_s3_bucket_replication_configuration": "what it copies is priced with the bucket that it copies to",
    "aws_s3_bucket_server_side_encryption_configuration": _SETTING,
    "aws_s3_bucket_versioning": _SETTING,
    "aws_secretsmanager_secret_policy": _SETTING,
    "aws_secretsmanager_secret_rotation": "its function is priced with the others",
    "aws_secretsmanager_secret_version": _SETTING,
    "aws_security_group": _NETWORK,
    "aws_service_discovery_service": (
        "with Amazon ECS, AWS Cloud Map charges for the zone and for API calls alone (Amazon ECS developer "
        "guide, service discovery pricing)"
    ),
    "aws_sns_topic": "publishing alarms and sending e-mail cost less than a cent a month",
    "aws_sns_topic_policy": _SETTING,
    "aws_sns_topic_subscription": _SETTING,
    "aws_subnet": _NETWORK,
    "aws_vpc": _NETWORK,
    "aws_vpc_security_group_egress_rule": _NETWORK,
    "aws_vpc_security_group_ingress_rule": _NETWORK,
    "aws_wafv2_ip_set": _SETTING,
    "aws_wafv2_web_acl_association": _SETTING,
    "aws_wafv2_web_acl_logging_configuration": "what it logs is among the assumed logs",
}
