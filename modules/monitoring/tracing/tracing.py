"""Traces of an environment's services in X-Ray."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.xray_group import XrayGroup
from cdktf_cdktf_provider_aws.xray_sampling_rule import XraySamplingRule
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...naming import Limit
from .collector import OTLP, SAMPLING
from .settings import SamplingRule, TracingSettings

# AWS Distro for OpenTelemetry, "Configuring the OpenTelemetry Collector for X-Ray remote Sampling".
_SENDING = Statement(
    actions=[
        "xray:GetSamplingRules",
        "xray:GetSamplingStatisticSummaries",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ],
    resources=["*"],
    wildcard_reason="these actions have no resources (Service Authorization Reference, AWS X-Ray)",
)


class Tracing(Construct):
    """The group of an environment's traces, and how many of its requests are traced.

    Creates: the group, the sampling rules. Rules and group are about services by their names, so environments
    in one account don't disturb each other.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: TracingSettings) -> None:
        super().__init__(scope, id)
        self._context, self.settings = context, settings
        names = (self._name(service) for service in settings.services)
        XrayGroup(
            self,
            "Default",
            group_name=context.naming.short(Limit.TRACE_GROUP, "traces"),
            filter_expression=" OR ".join(f'service("{name}")' for name in names),
        )
        for rule in settings.rules:
            self._create(rule)

    def client_access(self, service: str) -> ClientAccess:
        """Client access of a service with a collector beside it: variables of OpenTelemetry, permissions.

        Raises ProblemsError for a service that is not in the settings.
        """
        if service not in self.settings.services:
            allowed = ", ".join(self.settings.services)
            why = refusal(got=repr(service), allowed=allowed, fix="name it in services= of TracingSettings")
            raise ProblemsError.one(f"{self.node.path} client_access", why)
        return ClientAccess(
            environment={
                "OTEL_SERVICE_NAME": self._name(service),
                "OTEL_RESOURCE_ATTRIBUTES": f"deployment.environment={self._context.naming.environment}",
                "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{OTLP}",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
                "OTEL_METRICS_EXPORTER": "none",
                "OTEL_LOGS_EXPORTER": "none",
                "OTEL_TRACES_SAMPLER": "xray",
                "OTEL_TRACES_SAMPLER_ARG": f"endpoint=http://127.0.0.1:{SAMPLING}",
            },
            statements=(_SENDING,),
        )

    def _create(self, rule: SamplingRule) -> None:
        XraySamplingRule(
            self,
            f"{rule.name}-rule",
            rule_name=self._context.naming.short(Limit.TRACE_SAMPLING, rule.name),
            priority=rule.priority,
            reservoir_size=rule.reservoir,
            fixed_rate=rule.rate,
            service_name=self._name(rule.service),
            http_method=rule.method,
            url_path=rule.path,
            service_type="*",
            host="*",
            resource_arn="*",
            version=1,  # X-Ray API: SamplingRule, Version
        )

    def _name(self, service: str) -> str:
        """The name of a service in traces, or a pattern of names."""
        return f"{self._context.naming.base}-{service}"
