"""The findings of checkov that are accepted, each with the reason: the one reviewed list. Pure.

An exception is about what a module creates, wherever a product uses it: its patterns have the names that the
module gives (`*_log-group_*`), never those that a product gives, so a new product needs no exception of its
own. Narrow an exception to the resources that its reason is about. One that covers nothing any more fails a
test, and so does a finding that none covers. The checks: checkov documentation, "Policy index".
"""

from __future__ import annotations

from operations.plan.accepted import DISTRIBUTIONS, PUBLIC, SMALL, Accepted
from operations.plan.policy_exceptions_of_accounts import ACCOUNTS
from operations.plan.policy_exceptions_of_delivery import MEDIA_AND_DELIVERY
from operations.plan.policy_exceptions_of_recovery import RECOVERY

# Names that modules give. Only the tag tells a website's bucket from other buckets that are called `bucket`.
_LOG_BUCKETS = ("aws_s3_bucket.*_logs_bucket_*",)
_STATES = ("aws_s3_bucket.states_bucket_*",)
_WEBSITES = ("aws_s3_bucket.*_bucket_*",)

EXCEPTIONS: tuple[Accepted, ...] = (
    # Logs
    Accepted(
        check="CKV_AWS_338",  # kept for a year
        modules=("modules",),
        resources=("aws_cloudwatch_log_group.*",),
        reason="Each kind of log has a retention of its own in the settings. What an auditor asks for, the "
        "commands typed into containers, is kept for a year; the rest serves to find faults and may hold "
        "addresses of people, which are kept no longer than needed.",
    ),
    Accepted(
        check="CKV_AWS_158",  # encrypted with a customer managed key
        modules=("modules/edge/web_acl", "modules/functions", "modules/networking"),
        resources=("aws_cloudwatch_log_group.*_log-group_*",),
        reason="CloudWatch Logs encrypts every group with a key of its own. Customer managed keys are for "
        "logs of services, databases, caches and ECS Exec, in which data of people may appear.",
    ),
    Accepted(
        check="CKV_AWS_18",  # access logs of the bucket
        modules=("modules/edge/load_balancer", "modules/edge/website"),
        resources=_LOG_BUCKETS,
        reason="The bucket of the logs itself: logging the writing of logs would never end.",
    ),
    Accepted(
        check="CKV_AWS_18",
        modules=("modules/edge/website",),
        resources=_WEBSITES,
        data=PUBLIC,
        reason="Only the distribution can read it, and the distribution logs every request.",
    ),
    Accepted(
        check="CKV_AWS_18",
        modules=("backend",),
        resources=_STATES,
        reason="Set `access_log_bucket` to have it; else CloudTrail's data events tell who read a state.",
    ),
    Accepted(
        check="CKV_AWS_86",  # the distribution logs
        modules=("modules/edge/website",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="It does, by standard logging v2 (aws_cloudwatch_log_delivery), unknown to the check: "
        "the older kind needs a bucket with ACLs.",
    ),
    # Buckets
    Accepted(
        check="CKV_AWS_144",  # copied to another region
        modules=("modules/edge/load_balancer", "modules/edge/website"),
        resources=_LOG_BUCKETS,
        reason="Logs are not worth a second region: they serve to find faults of this one.",
    ),
    Accepted(
        check="CKV_AWS_144",
        modules=("modules/edge/website",),
        resources=_WEBSITES,
        data=PUBLIC,
        reason="A website's files are built again from their source.",
    ),
    Accepted(
        check="CKV_AWS_144",
        modules=("backend",),
        resources=_STATES,
        reason="Versioned, and protected from deletion. When its region is away, so is what it describes.",
    ),
    Accepted(
        check="CKV_AWS_145",  # encrypted with a customer managed key
        modules=("modules/edge/load_balancer", "modules/edge/website"),
        resources=_LOG_BUCKETS,
        reason="Load balancers deliver only to buckets encrypted with S3's own key (Elastic Load Balancing: "
        "Enable access logs); CloudFront's deliveries are treated alike.",
    ),
    Accepted(
        check="CKV_AWS_145",
        modules=("modules/edge/website",),
        resources=_WEBSITES,
        data=PUBLIC,
        reason="Encrypted with S3's own key: what anybody can read from the website is no secret.",
    ),
    Accepted(
        check="CKV_AWS_21",  # versioned
        modules=("modules/edge/load_balancer", "modules/edge/website"),
        resources=_LOG_BUCKETS,
        reason="Load balancers and CloudFront write each object once under a name of its own, and find "
        "faults; nobody audits by them. Who may write to the bucket could overwrite one.",
    ),
    Accepted(
        check="CKV2_AWS_62",  # event notifications
        modules=("modules/storage/bucket", "backend"),
        resources=("aws_s3_bucket.*",),
        reason="Nothing is to be done when an object comes; a notification that nobody reads is noise.",
    ),
    # Network and edge
    Accepted(
        check="CKV_AWS_260",  # port 80 open to the world
        modules=("modules/networking",),
        resources=("aws_vpc_security_group_ingress_rule.*-from-internet-http_*",),
        reason="The load balancer answers there with a redirect to HTTPS and nothing else.",
    ),
    Accepted(
        check="CKV_AWS_378",  # HTTP between load balancer and tasks
        modules=("modules/edge/load_balancer",),
        resources=("aws_lb_target_group.*-targets_*",),
        reason="TLS ends at the load balancer. What follows stays in the VPC, between two security groups "
        "that admit each other alone.",
    ),
    Accepted(
        check="CKV_AWS_150",  # protected from deletion
        modules=("modules/edge/load_balancer",),
        resources=("aws_lb.*",),
        stacks=SMALL,
        reason="Environments that are destroyed and created again; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_76",  # rules against Log4j at the load balancer
        modules=("modules/edge/load_balancer",),
        resources=("aws_lb.*",),
        reason="Its web ACL has the group AWSManagedRulesKnownBadInputsRuleSet, which is what is asked for; "
        "the check cannot follow an association whose ARNs are known after apply.",
    ),
    Accepted(
        check="CKV2_AWS_47",  # the same at the distribution
        modules=("modules/edge/website",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="As at the load balancer: the group is there, the check cannot follow the reference.",
    ),
    Accepted(
        check="CKV_AWS_310",  # origin failover
        modules=("modules/edge/website",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="One origin, an S3 bucket, which spans the zones of its region by itself.",
    ),
    Accepted(
        check="CKV_AWS_374",  # restricted to countries
        modules=("modules/edge/website",),
        resources=DISTRIBUTIONS,
        data=PUBLIC,
        reason="The users are wherever they travel; no country is to be shut out.",
    ),
    Accepted(
        check="CKV_AWS_259",  # HSTS, with preload
        modules=("modules/edge/website",),
        resources=("aws_cloudfront_response_headers_policy.*-headers-policy_*",),
        reason="HSTS is enforced for two years, subdomains too. Preload alone is off: browsers would ship it "
        "for the whole domain, and taking that back takes months, so the domain's owner decides.",
    ),
    Accepted(
        check="CKV2_AWS_71",  # no wildcard certificates
        modules=("modules/dns",),
        resources=("aws_acm_certificate.*",),
        reason="docs/specification/ohi.md asks for wildcards. ACM keeps the private key, which nobody can "
        "export, and the wildcard covers one label below a domain of this environment alone.",
    ),
    Accepted(
        check="CKV2_AWS_38",  # DNSSEC
        modules=("modules/dns",),
        resources=("aws_route53_zone.*",),
        reason="Signing needs a record at the registrar, kept by other people: a mistake there takes the "
        "whole domain down. To be done together with them.",
    ),
    # Data
    Accepted(
        check="CKV_AWS_157",  # in several zones
        modules=("modules/databases/postgresql",),
        resources=("aws_db_instance.*_replica-*",),
        reason="A read replica: when it is lost the others and the primary, which is in several zones, "
        "answer, and it is created again.",
    ),
    Accepted(
        check="CKV_AWS_293",  # protected from deletion
        modules=("modules/databases/postgresql",),
        resources=("aws_db_instance.*_replica-*",),
        reason="A read replica holds nothing that its protected primary has not.",
    ),
    Accepted(
        check="CKV_AWS_157",
        modules=("modules/databases/postgresql",),
        resources=("aws_db_instance.*",),
        stacks=SMALL,
        reason="Outside production an hour without a database costs less than a second instance.",
    ),
    Accepted(
        check="CKV_AWS_293",
        modules=("modules/databases/postgresql",),
        resources=("aws_db_instance.*",),
        stacks=SMALL,
        reason="Environments that are destroyed and created again; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_50",  # failover of caches
        modules=("modules/databases/redis",),
        resources=("aws_elasticache_replication_group.*",),
        stacks=SMALL,
        reason="One node outside production, where an empty cache for some minutes harms nobody.",
    ),
    Accepted(
        check="CKV_AWS_139",  # clusters protected from deletion
        modules=("modules/databases/aurora",),
        resources=("aws_rds_cluster.*",),
        stacks=SMALL,
        reason="Environments that are destroyed and created again; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_8",  # a plan of AWS Backup
        modules=("modules/databases/aurora",),
        resources=("aws_rds_cluster.*",),
        reason="Aurora's own continuous backups, kept for the days that its settings say, restore to any "
        "second of them. AWS Backup would add copies in another account or region, which nobody asks for.",
    ),
    # Secrets and keys
    Accepted(
        check="CKV2_AWS_57",  # rotated automatically
        modules=("modules/secrets",),
        resources=("aws_secretsmanager_secret.*",),
        reason="It holds several generated passwords, which are rotated by raising their version, so that "
        "their users are deployed in order. An alarm tells when the secret is too old as a whole; it can't "
        "tell one entry's age, and `infra secret set` renews it too.",
    ),
    Accepted(
        check="CKV2_AWS_34",  # encrypted parameters
        modules=("modules/compute/repository",),
        resources=("aws_ssm_parameter.*_parameter_*",),
        reason="The name and digest of a container image: no secret, and read by Terraform at each plan.",
    ),
    Accepted(
        check="CKV2_AWS_64",  # a key with a policy
        modules=("backend",),
        resources=("aws_kms_key.states_key_*",),
        reason="KMS's default policy: the account's own IAM policies decide, and those that this stack "
        "creates allow the key through S3 and DynamoDB alone.",
    ),
    Accepted(
        check="CKV_AWS_124",  # notifications of CloudFormation
        modules=("modules/databases/redis", "modules/edge/load_balancer", "modules/functions"),
        resources=(
            "aws_cloudformation_stack.*_users_*",
            "aws_cloudformation_stack.*_login-rule_*",
            "aws_cloudformation_stack.*_function_*",
        ),
        reason="Terraform creates it, waits for it, and reports its failure. Nobody else changes it.",
    ),
    Accepted(
        check="CKV2_AWS_34",
        modules=("modules/secrets/parameter_store",),
        resources=("aws_ssm_parameter.*",),
        reason="Hosts, ports and names, which every task definition may show. Credentials are SecureStrings.",
    ),
    *MEDIA_AND_DELIVERY,
    *ACCOUNTS,
    *RECOVERY,
)
