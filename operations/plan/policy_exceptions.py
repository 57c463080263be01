"""Which of checkov's findings are accepted, and why: the one reviewed list. Pure.

Narrow an exception to the resources that its reason is about. One that covers nothing any more is an error
(tests), and so is a finding that none covers. What a check wants: checkov documentation, "Policy index".
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A check that is not met on purpose, where (globs over addresses and stacks), and why that is right."""

    check: str
    resources: tuple[str, ...]
    reason: str
    stacks: tuple[str, ...] = ("*",)

    def covers(self, *, stack: str, check: str, address: str) -> bool:
        """Whether a finding is one of these."""
        return (
            check == self.check
            and any(fnmatchcase(stack, one) for one in self.stacks)
            and any(fnmatchcase(address, one) for one in self.resources)
        )


_LOG_BUCKETS = ("aws_s3_bucket.*logs_bucket_*",)
_STATES = ("aws_s3_bucket.states_bucket_*",)
_WEBSITES = ("aws_s3_bucket.website_bucket_*",)
_SMALL = ("*-dev", "*-staging")

EXCEPTIONS: tuple[Accepted, ...] = (
    # Logs
    Accepted(
        check="CKV_AWS_338",  # kept for a year
        resources=("aws_cloudwatch_log_group.*",),
        reason="Each kind of log has a retention of its own in the settings. What an auditor asks for, the "
        "commands typed into containers, is kept for a year; the rest serves to find faults and may hold "
        "addresses of people, which are kept no longer than needed.",
    ),
    Accepted(
        check="CKV_AWS_158",  # encrypted with a key of one's own
        resources=(
            "aws_cloudwatch_log_group.services_*",
            "aws_cloudwatch_log_group.secret-ages_*",
            "aws_cloudwatch_log_group.api_log-group_*",
            "aws_cloudwatch_log_group.network_*",
            "aws_cloudwatch_log_group.*firewall_*",
        ),
        reason="CloudWatch Logs encrypts every group. A key of our own is for those in which data of the "
        "databases, the caches or a shell may appear; these hold requests without bodies, redacted.",
    ),
    Accepted(
        check="CKV_AWS_18",  # access logs of the bucket
        resources=_LOG_BUCKETS,
        reason="The bucket of the logs itself: logging the writing of logs would never end.",
    ),
    Accepted(
        check="CKV_AWS_18",
        resources=_WEBSITES,
        reason="Only the distribution can read it, and the distribution logs every request.",
    ),
    Accepted(
        check="CKV_AWS_18",
        resources=_STATES,
        reason="Set `access_log_bucket` to have it; else CloudTrail's data events tell who read a state.",
    ),
    Accepted(
        check="CKV_AWS_86",  # the distribution logs
        resources=("aws_cloudfront_distribution.website*",),
        reason="It does, by standard logging v2 (aws_cloudwatch_log_delivery), unknown to the check: "
        "the older kind needs a bucket with ACLs.",
    ),
    # Buckets
    Accepted(
        check="CKV_AWS_144",  # copied to another region
        resources=(*_LOG_BUCKETS, *_WEBSITES),
        reason="Logs are not worth a second region, and a website's files are built again from their source.",
    ),
    Accepted(
        check="CKV_AWS_144",
        resources=_STATES,
        reason="Versioned, and protected from deletion. When its region is away, so is what it describes.",
    ),
    Accepted(
        check="CKV_AWS_145",  # encrypted with a key of one's own
        resources=_LOG_BUCKETS,
        reason="Load balancers deliver only to buckets encrypted with S3's own key (Elastic Load Balancing: "
        "Enable access logs); CloudFront's deliveries are treated alike.",
    ),
    Accepted(
        check="CKV_AWS_145",
        resources=_WEBSITES,
        reason="Encrypted with S3's own key: what anybody can read from the website is no secret.",
    ),
    Accepted(
        check="CKV_AWS_21",  # versioned
        resources=_LOG_BUCKETS,
        reason="Logs are written once and never changed: a second version never comes to be.",
    ),
    Accepted(
        check="CKV2_AWS_62",  # tells of what happens in it
        resources=("aws_s3_bucket.*",),
        reason="Nothing is to be done when an object comes; a notification that nobody reads is noise.",
    ),
    # Network and edge
    Accepted(
        check="CKV_AWS_260",  # port 80 open to the world
        resources=("aws_vpc_security_group_ingress_rule.firewall_*from-internet-http_*",),
        reason="The load balancer answers there with a redirect to HTTPS and nothing else.",
    ),
    Accepted(
        check="CKV_AWS_378",  # HTTP between load balancer and tasks
        resources=("aws_lb_target_group.load-balancer_*",),
        reason="TLS ends at the load balancer. What follows stays in the VPC, between two security groups "
        "that admit each other alone.",
    ),
    Accepted(
        check="CKV_AWS_150",  # protected from deletion
        resources=("aws_lb.*",),
        stacks=_SMALL,
        reason="Environments that are taken down and made anew; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_76",  # rules against Log4j at the load balancer
        resources=("aws_lb.load-balancer*",),
        reason="Its web ACL has the group AWSManagedRulesKnownBadInputsRuleSet, which is what is asked for; "
        "the check cannot follow an association whose ARNs are known after apply.",
    ),
    Accepted(
        check="CKV2_AWS_47",  # the same at the distribution
        resources=("aws_cloudfront_distribution.website*",),
        reason="As at the load balancer: the group is there, the check cannot follow the reference.",
    ),
    Accepted(
        check="CKV_AWS_310",  # origin failover
        resources=("aws_cloudfront_distribution.website*",),
        reason="One origin, an S3 bucket, which spans the zones of its region by itself.",
    ),
    Accepted(
        check="CKV_AWS_374",  # restricted to countries
        resources=("aws_cloudfront_distribution.website*",),
        reason="The users are wherever they travel; no country is to be shut out.",
    ),
    Accepted(
        check="CKV_AWS_259",  # HSTS, with preload
        resources=("aws_cloudfront_response_headers_policy.website_*",),
        reason="HSTS is enforced for two years, subdomains too. Preload alone is off: browsers would ship it "
        "for the whole domain, and taking that back takes months, so the domain's owner decides.",
    ),
    Accepted(
        check="CKV2_AWS_71",  # no wildcard certificates
        resources=("aws_acm_certificate.certificate*",),
        reason="docs/specification/ohi.md asks for wildcards. ACM keeps the private key, which nobody can "
        "export, and the "
        "wildcard covers one label below a domain of this environment alone.",
    ),
    Accepted(
        check="CKV2_AWS_38",  # DNSSEC
        resources=("aws_route53_zone.*",),
        reason="Signing needs a record at the registrar, kept by other people: a mistake there takes the "
        "whole domain down. To be done together with them.",
    ),
    # Data
    Accepted(
        check="CKV_AWS_157",  # in several zones
        resources=("aws_db_instance.*replica-*",),
        reason="A read replica: when it is lost the others and the primary, which is in several zones, "
        "answer, and it is made anew.",
    ),
    Accepted(
        check="CKV_AWS_293",  # protected from deletion
        resources=("aws_db_instance.*replica-*",),
        reason="A read replica holds nothing that its protected primary has not.",
    ),
    Accepted(
        check="CKV_AWS_157",
        resources=("aws_db_instance.*",),
        stacks=_SMALL,
        reason="Outside production an hour without a database costs less than a second instance.",
    ),
    Accepted(
        check="CKV_AWS_293",
        resources=("aws_db_instance.*",),
        stacks=_SMALL,
        reason="Environments that are taken down and made anew; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_50",  # failover of caches
        resources=("aws_elasticache_replication_group.*",),
        stacks=_SMALL,
        reason="One node outside production, where an empty cache for some minutes harms nobody.",
    ),
    Accepted(
        check="CKV_AWS_139",  # the same of clusters
        resources=("aws_rds_cluster.*",),
        stacks=_SMALL,
        reason="Environments that are taken down and made anew; production's is protected.",
    ),
    Accepted(
        check="CKV2_AWS_8",  # a plan of AWS Backup
        resources=("aws_rds_cluster.*",),
        reason="Aurora's own continuous backups, kept at least 7 days, restore to any second of them. AWS "
        "Backup would add copies in another account or region, which nothing here asks for.",
    ),
    # Secrets and keys
    Accepted(
        check="CKV2_AWS_57",  # rotated automatically
        resources=("aws_secretsmanager_secret.secret*",),
        reason="It holds several generated passwords, which are rotated by raising their version: Terraform "
        "sets the password and the entry in one apply. How old they are is measured and rings an alarm.",
    ),
    Accepted(
        check="CKV2_AWS_34",  # encrypted parameters
        resources=("aws_ssm_parameter.*image_parameter_*",),
        reason="The name and digest of a container image: no secret, and read by Terraform at each plan.",
    ),
    Accepted(
        check="CKV2_AWS_64",  # a key with a policy
        resources=("aws_kms_key.states_key_*",),
        reason="KMS's default policy: the account's own IAM policies decide, and those that this stack "
        "makes allow the key through S3 and DynamoDB alone.",
    ),
    Accepted(
        check="CKV_AWS_124",  # CloudFormation tells of its doings
        resources=("aws_cloudformation_stack.*_users_*", "aws_cloudformation_stack.secret-ages_*"),
        reason="Terraform makes it, waits for it, and reports its failure. Nobody else changes it.",
    ),
)
