"""Physical names of resources, within AWS's limits of length. Pure."""

import re
from collections.abc import Iterator
from enum import Enum
from hashlib import sha256

from .errors import Problem, ProblemsError, refusal
from .settings import settings

_PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Terraform appends 26 characters to a name prefix (a timestamp and a counter).
_TERRAFORM_SUFFIX = 26


class Limit(Enum):
    """Maximum length of each kind of name. Source: the service's quotas or API reference page."""

    def __init__(self, kind: str, longest: int) -> None:
        self.kind = kind
        self.longest = longest

    ALARM = ("alarm", 255)  # CloudWatch API: PutMetricAlarm, AlarmName
    ANALYZER = ("analyzer", 255)  # IAM Access Analyzer API: CreateAnalyzer, analyzerName
    ANOMALY = ("anomaly monitor or subscription", 1024)  # Cost Explorer API: AnomalyMonitor, MonitorName
    BACKUP_PLAN = ("backup plan", 50)  # AWS Backup API: BackupPlan, BackupPlanName
    BACKUP_VAULT = ("backup vault", 50)  # AWS Backup API: CreateBackupVault, BackupVaultName
    BUDGET = ("budget", 100)  # AWS Budgets API: Budget, BudgetName
    CACHE = ("cache", 40)  # ElastiCache API: CreateReplicationGroup, ReplicationGroupId
    CDN_FUNCTION = ("CloudFront function", 64)  # CloudFront API: CreateFunction, Name
    CDN_POLICY = ("CloudFront policy", 128)  # CloudFront API: CachePolicyConfig, Name
    CLOUDFORMATION_STACK = ("CloudFormation stack", 128)  # CloudFormation API: CreateStack, StackName
    CLUSTER = ("cluster", 255)  # ECS API: CreateCluster, clusterName
    CODEBUILD_PROJECT = ("CodeBuild project", 150)  # CodeBuild API: CreateProject, name
    CONFIG_RULE = ("Config rule", 128)  # AWS Config API: ConfigRule, ConfigRuleName
    CONNECTION = ("connection", 32)  # CodeConnections API: CreateConnection, ConnectionName
    DASHBOARD = ("dashboard", 255)  # CloudWatch API: PutDashboard, DashboardName
    DATABASE = ("database", 63)  # RDS API: CreateDBInstance, DBInstanceIdentifier
    DATABASE_GROUP = ("database group", 255)  # RDS API: CreateDBParameterGroup and CreateDBSubnetGroup, names
    DYNAMODB_TABLE = ("DynamoDB table", 255)  # DynamoDB API: CreateTable, TableName
    EVENT_RULE = ("event rule", 64)  # EventBridge API: PutRule, Name
    FUNCTION = ("function", 64)  # Lambda API: CreateFunction, FunctionName
    IAM_POLICY = ("IAM policy", 128)  # IAM and AWS STS quotas
    IAM_ROLE = ("IAM role", 64)  # IAM and AWS STS quotas
    KMS_ALIAS = ("KMS alias", 256)  # KMS API: CreateAlias, AliasName
    LOAD_BALANCER = ("load balancer", 32)  # Elastic Load Balancing API: CreateLoadBalancer, Name
    LOG_DELIVERY = ("log delivery", 60)  # CloudWatch Logs API: PutDeliverySource, name
    LOG_GROUP = ("log group", 512)  # CloudWatch Logs API: CreateLogGroup, logGroupName
    METRIC_FILTER = ("metric filter", 512)  # CloudWatch Logs API: PutMetricFilter, filterName
    ORIGIN_ACCESS = ("origin access control", 64)  # CloudFront API: OriginAccessControlConfig, Name
    PARAMETER = ("parameter", 1011)  # Systems Manager API: PutParameter, Name
    PIPELINE = ("pipeline", 100)  # CodePipeline API: PipelineDeclaration, name
    QUEUE = ("queue", 80)  # SQS API: CreateQueue, QueueName
    REPOSITORY = ("repository", 256)  # ECR API: CreateRepository, repositoryName
    RESTORE_TESTING = ("restore testing plan", 50)  # AWS Backup API: RestoreTestingPlanForCreate
    S3_BUCKET = ("S3 bucket", 63)  # Amazon S3: General purpose bucket naming rules
    SECRET = ("secret", 512)  # Secrets Manager API: CreateSecret, Name
    SECURITY_GROUP = ("security group", 255)  # EC2 API: CreateSecurityGroup, GroupName
    SERVICE = ("service", 255)  # ECS API: CreateService, serviceName
    TAG = ("tag value", 256)  # EC2 user guide: Tag your Amazon EC2 resources
    TARGET_GROUP = ("target group", 32)  # Elastic Load Balancing API: CreateTargetGroup, Name
    TASK_FAMILY = ("task family", 255)  # ECS API: RegisterTaskDefinition, family
    TOPIC = ("topic", 256)  # SNS API: CreateTopic, Name
    TRACE_GROUP = ("group of traces", 32)  # AWS X-Ray API: CreateGroup, GroupName
    TRACE_SAMPLING = ("sampling rule", 32)  # AWS X-Ray API: SamplingRule, RuleName
    TRAIL = ("trail", 128)  # CloudTrail API: CreateTrail, Name
    WEB_ACL = ("web acl", 128)  # WAFV2 API: CreateWebACL, Name


@settings
class Naming:
    """Names of one product in one environment, `{product}-{environment}-{part}…`.

    Raises ProblemsError when a name is longer than AWS takes, or a part is not kebab-case.
    """

    product: str
    environment: str

    def problems(self) -> Iterator[Problem]:
        """Names that are not kebab-case, or leave no room for any role's."""
        for field, value in (("product", self.product), ("environment", self.environment)):
            if not _PART.fullmatch(value):
                yield Problem(where=field, what=_not_kebab(value))
        if len(self.base) >= Limit.IAM_ROLE.longest:
            why = refusal(
                got=f"{len(self.base)} characters with the environment",
                allowed=f"less than {Limit.IAM_ROLE.longest}, since names of roles begin with them",
                fix="shorten one of the two",
            )
            yield Problem(where="product", what=why)

    @property
    def base(self) -> str:
        """The prefix of all names, such as `ohi-prod`."""
        return f"{self.product}-{self.environment}"

    def of(self, limit: Limit, *parts: str) -> str:
        """The name made of `parts`, within `limit`: `naming.of(Limit.IAM_ROLE, "api", "task")`."""
        name = "-".join((self.base, *parts))
        if wrong := [part for part in parts if not _PART.fullmatch(part)]:
            raise ProblemsError([Problem(where=f"Naming of {name}", what=_not_kebab(part)) for part in wrong])
        return self._checked(limit, name, limit.longest)

    def short(self, limit: Limit, *parts: str) -> str:
        """Like `of`, but a name that is too long keeps its start and ends in a hash of the whole.

        For limits of 32 characters, which ordinary service names exceed.
        """
        name = "-".join((self.base, *parts))
        if len(name) <= limit.longest:
            return self.of(limit, *parts)
        return f"{name[: limit.longest - 7].rstrip('-')}-{sha256(name.encode()).hexdigest()[:6]}"

    def prefix(self, limit: Limit, *parts: str) -> str:
        """A name prefix ending in `-`, leaving room for the 26 characters that Terraform appends."""
        name = "-".join((self.base, *parts, ""))
        return self._checked(limit, name, limit.longest - _TERRAFORM_SUFFIX)

    def path(self, limit: Limit, root: str, *parts: str) -> str:
        """A name with slashes: `naming.path(Limit.LOG_GROUP, "/ecs", "api")` is `/ecs/ohi-prod/api`."""
        return self._checked(limit, "/".join((root, self.base, *parts)), limit.longest)

    def _checked(self, limit: Limit, name: str, longest: int) -> str:
        if len(name) <= longest:
            return name
        raise ProblemsError.one(
            f"Naming of {name}",
            refusal(
                got=f"{len(name)} characters",
                allowed=f"at most {longest} for a name of kind {limit.kind}",
                fix="shorten the product, the environment or the part of the name",
            ),
        )


def _not_kebab(part: str) -> str:
    return refusal(got=repr(part), allowed="lower-case words joined by '-'", fix="rename it")
