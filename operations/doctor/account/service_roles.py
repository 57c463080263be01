"""Service-linked roles that AWS would otherwise create during the first apply, some calls too late.

Sources: Amazon ECS developer guide; ElastiCache, RDS, Elastic Load Balancing and Application Auto Scaling
user guides, each "Using service-linked roles". Reported: terraform-aws-modules/terraform-aws-rds #364.
"""

from __future__ import annotations

from collections.abc import Iterator

from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok

_RDS = ("AWSServiceRoleForRDS", "rds.amazonaws.com")
# Resource type → the role that its service assumes, and the service.
_ROLES = {
    "aws_appautoscaling_target": (
        "AWSServiceRoleForApplicationAutoScaling_ECSService",
        "ecs.application-autoscaling.amazonaws.com",
    ),
    "aws_db_instance": _RDS,
    "aws_ecs_cluster": ("AWSServiceRoleForECS", "ecs.amazonaws.com"),
    "aws_elasticache_replication_group": ("AWSServiceRoleForElastiCache", "elasticache.amazonaws.com"),
    "aws_lb": ("AWSServiceRoleForElasticLoadBalancing", "elasticloadbalancing.amazonaws.com"),
    "aws_rds_cluster": _RDS,
}


def findings(target: Target) -> Iterator[Finding]:
    """A finding for each role that is absent."""
    iam = target.client("iam")
    needed = sorted({role for kind, role in _ROLES.items() if target.resources(kind)})
    absent = []
    for role, service in needed:
        try:
            iam.get_role(RoleName=role)
        except iam.exceptions.NoSuchEntityException:
            absent.append(role)
            command = f"aws iam create-service-linked-role --aws-service-name {service}"
            yield missing(f"{role} is absent: the first apply may fail while AWS creates it", command)
    if present := [role for role, _ in needed if role not in absent]:
        yield ok(f"there: {', '.join(present)}")
    elif not needed:
        yield ok("none needed")
