"""Settings of traces: which services, how many of their requests. Pure."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from ...errors import Problem, refusal
from ...settings import settings
from ...values import CpuUnits, Image, Name, NotNegative, Text

# AWS X-Ray API: SamplingRule, ServiceName.
_SamplingText = Annotated[
    str,
    Text(
        pattern=r"[!-~]+",
        longest=64,
        allowed="up to 64 characters, of which * is any",
    ),
]
# The same page, URLPath.
_SamplingPath = Annotated[
    str, Text(pattern=r"[!-~]+", longest=128, allowed="up to 128 characters, of which * is any")
]


@settings
class SamplingRule:
    """How many requests of the environment's services are traced: those of the first rule that matches.

    `reservoir` requests a second, then the share `rate` of the rest (AWS X-Ray developer guide, "Configuring
    sampling rules"). `service`, `method` and `path` may have `*`.
    """

    name: Name
    priority: Annotated[int, Field(ge=1, le=9999)] = 9000
    reservoir: NotNegative = 1
    rate: Annotated[float, Field(ge=0, le=1)] = 0.05
    # A name of a service in `services`, or `*`.
    service: _SamplingText = "*"
    method: _SamplingText = "*"
    path: _SamplingPath = "*"


@settings
class TracingSettings:
    """The services that are traced, and how many of their requests."""

    services: tuple[Name, ...]
    # Five percent, and one request a second, of each service: what X-Ray does without rules.
    rules: tuple[SamplingRule, ...] = (SamplingRule(name="default"),)

    def problems(self) -> Iterator[Problem]:
        """No service, names twice, rules about other services."""
        names = [rule.name for rule in self.rules]
        for where, values in (("services", self.services), ("rules", tuple(names))):
            if not values or len(set(values)) != len(values):
                why = refusal(got=values, allowed="at least one, each once", fix="correct them")
                yield Problem(where=where, what=why)
        for rule in self.rules:
            if "*" not in rule.service and rule.service not in self.services:
                allowed = f"{', '.join(self.services)} or a pattern with *"
                why = refusal(got=repr(rule.service), allowed=allowed, fix="correct it")
                yield Problem(where=f"rules.{rule.name}.service", what=why)


@settings
class CollectorSettings:
    """The collector beside a service: a container of the same task."""

    # The AWS Distro for OpenTelemetry, July 2026. A network without a way to public.ecr.aws needs a copy.
    image: Image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"
    cpu: CpuUnits = 64
    memory: Annotated[int, Field(ge=64, le=122_880)] = 128
