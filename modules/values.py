"""Types of settings: texts and numbers within what AWS takes. Pure.

Each has its source; `Text` says in words what it allows. Where AWS documents no limit of a number, it is that
of its APIs' integers, of 32 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import core_schema


@dataclass(frozen=True, kw_only=True)
class Text:
    """What a text may be, for `Annotated[str, Text(…)]`.

    `pattern` is of the whole text, as a regular expression of Rust; `longest` is apart, since large bounds of
    repetitions take long to compile. `allowed` and `fix` are for people.
    """

    allowed: str
    longest: int
    pattern: str | None = None
    fix: str = "correct it"

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> core_schema.CoreSchema:
        text = core_schema.str_schema(
            pattern=self.pattern and f"^(?:{self.pattern})$", max_length=self.longest
        )
        return core_schema.custom_error_schema(
            text, custom_error_type="text", custom_error_message=f"allowed: {self.allowed}; {self.fix}"
        )


MOST = 2**31 - 1
Positive = Annotated[int, Field(ge=1, le=MOST)]
NotNegative = Annotated[int, Field(ge=0, le=MOST)]
Percent = Annotated[int, Field(ge=1, le=100)]
PortNumber = Annotated[int, Field(ge=1, le=65_535)]
# ECS service quotas: "Tasks per service".
MOST_TASKS = 5_000
Tasks = Annotated[int, Field(ge=0, le=MOST_TASKS)]
SomeTasks = Annotated[int, Field(ge=1, le=MOST_TASKS)]
# Amazon ECS developer guide, "Task definition parameters for Fargate", task size: 16 vCPU and 120 GB.
CpuUnits = Annotated[int, Field(ge=1, le=16_384)]
Mebibytes = Annotated[int, Field(ge=1, le=122_880)]
# Amazon EFS API: PosixUser, Uid and Gid. 0 is root, which no container runs as.
PosixId = Annotated[int, Field(ge=1, le=4_294_967_295)]
# Amazon S3 API: NoncurrentVersionExpiration, NewerNoncurrentVersions.
KeptVersions = Annotated[int, Field(ge=1, le=100)]
# Amazon S3 user guide, "Managing Object Lock"; AWS Backup API: PutBackupVaultLockConfiguration: 100 years.
LockedDays = Annotated[int, Field(ge=1, le=36_500)]
# CloudWatch API: PutMetricAlarm, EvaluationPeriods: a week in all, here of minutes.
Periods = Annotated[int, Field(ge=1, le=10_080)]
# Elastic Load Balancing API: CreateRule, Priority.
ListenerPriority = Annotated[int, Field(ge=1, le=50_000)]

# A part of names of resources, of which RDS's are the shortest (RDS API: CreateDBInstance).
Name = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9]+(-[a-z0-9]+)*",
        longest=63,
        allowed="lower-case words joined by '-', 63 characters at most",
        fix="rename it",
    ),
]
# AWS General Reference, "Service endpoints".
Region = Annotated[
    str,
    Text(pattern=r"[a-z]{2}(-[a-z]+)+-[0-9]", longest=32, allowed="a region such as eu-west-1"),
]
# A line for people. CloudWatch API: PutMetricAlarm, AlarmDescription, 1,024 characters.
Line = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x20\x7f][^\x00-\x1f\x7f]*",
        longest=1_024,
        allowed="one line of 1 to 1,024 characters, without a space before it",
        fix="reword it",
    ),
]
# ECS service quotas, "Task definition size": a word of a command, the value of a variable, may be any text.
Anything = Annotated[str, Text(longest=65_536, allowed="up to 65,536 characters", fix="shorten it")]
# POSIX, "Environment Variable Definition"; programs of Java and .NET take dots and hyphens too.
VariableName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z_][A-Za-z0-9_.-]*",
        longest=255,
        allowed="a letter or '_', then letters, digits and '_', '.', '-', 255 at most",
        fix="rename it",
    ),
]
# An entry of the environment's secret, and the variable that a container gets.
EntryName = Annotated[
    str,
    Text(
        pattern=r"[A-Z][A-Z0-9_]*",
        longest=255,
        allowed="capitals, digits and '_', beginning with a letter, 255 at most",
        fix="rename it",
    ),
]
# ECS API: ContainerDefinition, image, "up to 255 letters …"; `@` before a digest; `${…}` is
# Terraform's reference to a repository or an account.
Image = Annotated[
    str,
    Text(
        pattern=r"(?:[A-Za-z0-9]|\$\{[!-~]+\})(?:[A-Za-z0-9_.:/#@-]|\$\{[!-~]+\})*",
        longest=255,
        allowed="an image such as public.ecr.aws/nginx/nginx:1.30.4, 255 characters at most",
    ),
]
# Linux, path_resolution(7) and PATH_MAX.
ContainerPath = Annotated[
    str,
    Text(
        pattern=r"/[^\x00-\x20\x7f]*",
        longest=4_095,
        allowed="an absolute path without spaces, 4,095 characters at most",
        fix="start it with /",
    ),
]
# Route 53 API: HealthCheckConfig, ResourcePath; Elastic Load Balancing takes 1,024 (CreateTargetGroup).
UrlPath = Annotated[
    str,
    Text(
        pattern=r"/[!-~]*",
        longest=255,
        allowed="a path that begins with /, without spaces, 255 characters at most",
    ),
]
# Elastic Load Balancing API: PathPatternConditionConfig, Values.
PathPattern = Annotated[
    str,
    Text(
        pattern=r"/[A-Za-z0-9_$/.~\"'@:+&*?-]*",
        longest=128,
        allowed="a path that begins with /, such as /api/*, 128 characters at most",
    ),
]
# AWS, "Tag naming limits and requirements": the strictest common set is in tagging.py.
TagKey = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?",
        longest=128,
        allowed="the key of a tag, 1 to 128 characters without spaces around",
        fix="rename it",
    ),
]
TagValue = Annotated[
    str,
    Text(
        pattern=r"(?:[^\x00-\x20\x7f](?:[^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?)?",
        longest=256,
        allowed="the value of a tag, up to 256 characters without spaces around",
        fix="reword it",
    ),
]
# Amazon S3 user guide, "General purpose bucket naming rules".
BucketName = Annotated[
    str,
    Text(
        pattern=r"[a-z0-9][a-z0-9.-]+[a-z0-9]",
        longest=63,
        allowed="the name of a bucket: 3 to 63 of a-z, 0-9, '-' and '.'",
    ),
]
# RFC 9110, 5.6.2: tokens; AWS WAF API: SingleHeader, Name. Elastic Load Balancing takes 40 characters.
HeaderName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9!#$%&'*+.^_`|~-]+",
        longest=64,
        allowed="the name of a header, 64 characters at most",
    ),
]
# Elastic Load Balancing API: HttpHeaderConditionConfig, Values.
HeaderValue = Annotated[
    str,
    Text(
        pattern=r"[!-~](?:[ -~]*[!-~])?",
        longest=128,
        allowed="a value of 1 to 128 printable characters of ASCII, without spaces around",
    ),
]
# OCI distribution-spec, spec.md, "Pulling manifests": a tag; a stage of a Dockerfile may be called as one.
ImageTag = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9_][A-Za-z0-9_.-]*",
        longest=128,
        allowed="letters, digits and '_', '.', '-', 128 at most",
    ),
]

# RDS API and ElastiCache API: Parameter and ParameterNameValue, ParameterName.
Parameter = Annotated[
    str,
    Text(
        pattern=r"[a-z][a-z0-9_.-]*",
        longest=255,
        allowed="the name of a parameter, in lower case",
    ),
]

# The value of a header that is sent, such as Cache-Control; CloudFront takes 1,783 characters at most
# (developer guide, "Quotas", response headers).
HeaderLine = Annotated[
    str,
    Text(
        pattern=r"[!-~](?:[ -~]*[!-~])?",
        longest=1_783,
        allowed="one line of printable characters of ASCII, 1,783 at most",
    ),
]

# RFC 1123, 2.1.
HostName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?",
        longest=253,
        allowed="a host name such as app.terraform.io",
        fix="leave out https:// and paths",
    ),
]

# Amazon EFS API: RootDirectory, Path.
FileSystemPath = Annotated[
    str,
    Text(
        pattern=r"(/[^\x00-\x20\x7f/$#<>;`|&?{}^*]+){1,4}",
        longest=100,
        allowed="an absolute path of at most 4 folders and 100 characters",
        fix="start it with /",
    ),
]

# WHATWG, "Origin"; Amazon S3 user guide, "Elements of a CORS configuration".
Origin = Annotated[
    str,
    Text(
        pattern=r"\*|https?://[a-z0-9.*-]+(:[0-9]{1,5})?",
        longest=255,
        allowed="an origin such as https://app.example.com, without a path",
    ),
]

# Amazon S3 user guide, "Naming Amazon S3 objects": keys have 1,024 bytes at most. Empty: every object.
Prefix = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x20\x7f]*",
        longest=1_024,
        allowed="the beginning of keys, without spaces",
    ),
]

# Why something is so, or nothing.
Reason = Annotated[
    str,
    Text(
        pattern=r"([^\x00-\x20\x7f][^\x00-\x1f\x7f]*)?",
        longest=1_024,
        allowed="one line, or nothing",
        fix="reword it",
    ),
]
