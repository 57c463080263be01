"""The accepted findings of media, delivery, and of environments without a NAT gateway or a web ACL. Pure."""

from __future__ import annotations

from operations.plan.accepted import DISTRIBUTIONS, PUBLIC, SMALL, Accepted

_APPLYING = ("aws_iam_role_policy.*-apply-policy_*",)

MEDIA_AND_DELIVERY: tuple[Accepted, ...] = (
    # Media and delivery
    Accepted(
        check="CKV_AWS_18",
        modules=("modules/storage/media",),
        resources=("aws_s3_bucket.*_media-bucket_*", "aws_s3_bucket.*_replica-media-bucket_*"),
        reason="Read by the distribution, which logs, and by presigned URLs; CloudTrail's data events tell "
        "who read a file, where that is asked for.",
    ),
    Accepted(
        check="CKV_AWS_144",
        modules=("modules/storage/media",),
        resources=("aws_s3_bucket.*_media-bucket_*",),
        stacks=SMALL,
        reason="A replica is a setting; outside production nobody misses the files.",
    ),
    Accepted(
        check="CKV_AWS_145",
        modules=("modules/storage/media",),
        resources=("aws_s3_bucket.*_media-bucket_*",),
        stacks=SMALL,
        reason="Encrypted with S3's own key: a key of its own would cost more than the files.",
    ),
    Accepted(
        check="CKV_AWS_305",  # a root object
        modules=("modules/edge/media",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="Files have names; the root of the distribution has none and answers 403.",
    ),
    Accepted(
        check="CKV_AWS_68",  # a web ACL
        modules=("modules/edge/media",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="Files alone, by GET and HEAD: there is no application behind it. `web_acl=` adds one.",
    ),
    Accepted(
        check="CKV_AWS_18",
        modules=("modules/delivery/pipeline",),
        resources=("aws_s3_bucket.*_artifacts_*",),
        reason="CodePipeline's own history tells which execution wrote and read an artifact.",
    ),
    Accepted(
        check="CKV_AWS_144",
        modules=("modules/delivery/pipeline",),
        resources=("aws_s3_bucket.*_artifacts_*",),
        reason="Artifacts are built again from their commit.",
    ),
    Accepted(
        check="CKV_AWS_316",  # no privileged mode
        modules=("modules/delivery/pipeline",),
        resources=("aws_codebuild_project.*_build_*",),
        reason='It builds container images, for which Docker needs it (AWS CodeBuild user guide, "Docker '
        "sample\"). The project's role may push to these repositories and nothing else.",
    ),
    Accepted(
        check="CKV_AWS_51",  # immutable tags
        modules=("modules/delivery/pipeline",),
        resources=("aws_ecr_repository.*_cache_*",),
        reason="The layer cache is one tag that each build writes anew; nothing runs from it.",
    ),
    Accepted(
        check="CKV_AWS_51",  # immutable tags
        modules=("modules/delivery/github",),
        resources=("aws_ecr_repository.*-cache_*",),
        reason="BuildKit writes its cache under one tag a service, anew with each build; none of it runs.",
    ),
    Accepted(
        check="CKV_AWS_355",  # no resource of `*`
        modules=("modules/delivery/github",),
        resources=_APPLYING,
        reason="Terraform creates what has no ARN before; requests are narrowed to the stack's regions, and "
        "to its names where ARNs have them.",
    ),
    Accepted(
        check="CKV_AWS_290",  # writing without constraints
        modules=("modules/delivery/github",),
        resources=_APPLYING,
        reason="As above: keys have no name in their ARNs, and no alias while they are created.",
    ),
    Accepted(
        check="CKV_AWS_289",  # permissions management without constraints
        modules=("modules/delivery/github",),
        resources=_APPLYING,
        reason="Terraform writes the policies of keys. Roles are reached by the stack's name alone, and "
        "deployers are denied; it is trusted for one environment, which people approve.",
    ),
    # Environments without a NAT gateway or a web ACL
    Accepted(
        check="CKV_AWS_333",  # no public addresses of tasks
        modules=("modules/compute/service",),
        resources=("aws_ecs_service.*",),
        stacks=("*-dev",),
        reason="`public_ip=True` of a network without NAT gateways, which cost more than the tasks. Nobody "
        "may connect to them but the load balancer.",
    ),
    Accepted(
        check="CKV2_AWS_28",  # a web ACL at the load balancer
        modules=("modules/edge/load_balancer",),
        resources=("aws_lb.*",),
        stacks=("*-dev",),
        reason="`web_acl=None` of an environment without data of customers, whose budget it would take a "
        "sixth of.",
    ),
    Accepted(
        check="CKV2_AWS_18",  # file systems in a plan of AWS Backup
        modules=("modules/storage/file_system",),
        resources=("aws_efs_file_system.*",),
        reason="EFS's automatic backups make one a day, kept for 35 days, in a vault of AWS Backup's own.",
    ),
)
