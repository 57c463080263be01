"""Accepted findings about recovery: stacks as they are planned while they stand by, and trials. Pure."""

from __future__ import annotations

from operations.plan.accepted import PUBLIC, Accepted

_RECOVERIES = ("*-recovery",)
_REPLICAS = ("aws_s3_bucket.*_replica-bucket_*",)

RECOVERY = (
    Accepted(
        check="CKV_AWS_319",  # alarms act
        modules=("modules/monitoring", "modules/compute/service"),
        resources=("aws_cloudwatch_metric_alarm.*",),
        stacks=_RECOVERIES,
        reason="Nothing runs while a stack stands by, so its alarms tell nobody, but for those of its "
        "database's replica. Once it is active they act.",
    ),
    Accepted(
        check="CKV2_AWS_19",  # addresses are attached
        modules=("modules/networking",),
        resources=("aws_eip.*_nat-address-*",),
        stacks=_RECOVERIES,
        reason="The NAT gateways are created once the stack is active. Their addresses are there before, so "
        "that others can allow them.",
    ),
    Accepted(
        check="CKV_AWS_293",  # protected from deletion
        modules=("modules/databases/postgresql",),
        resources=("aws_db_instance.*",),
        stacks=_RECOVERIES,
        reason="A replica that stands by has nothing that its primary lacks, and is made anew after a "
        "failback. Once it is promoted it is protected.",
    ),
    Accepted(
        check="CKV2_AWS_5",  # security groups are used
        modules=("modules/networking",),
        resources=("aws_security_group.*_vpc-endpoints_*",),
        stacks=_RECOVERIES,
        reason="Who may reach interface endpoints is declared with the other connections. A recovery stack "
        "pays for no endpoints.",
    ),
    Accepted(
        check="CKV2_AWS_5",  # security groups are used
        modules=("modules/resilience/backup",),
        resources=("aws_security_group.*_restore-tests_isolation_*",),
        reason="AWS Backup gives it to what it restores on trial; between trials nothing has it.",
    ),
    Accepted(
        check="CKV_AWS_145",  # encrypted with a customer managed key
        modules=("modules/edge/website",),
        resources=_REPLICAS,
        data=PUBLIC,
        reason="As the website's own bucket: CloudFront gives everything in it to everybody.",
    ),
    Accepted(
        check="CKV_AWS_18",  # access logs of the bucket
        modules=("modules/edge/website",),
        resources=_REPLICAS,
        data=PUBLIC,
        reason="As the website's own bucket: only the distribution can read it, and it logs every request.",
    ),
)
