"""Health checks of Route 53, on which failover records depend."""

from __future__ import annotations

from dataclasses import dataclass

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from ..context import Context
from .settings import HealthCheckSettings, Role


@dataclass(frozen=True, kw_only=True)
class Failover:
    """One of two records of a name: Route 53 answers with the primary's while its check is healthy.

    While neither is, with the primary's too (Route 53 developer guide, "How Amazon Route 53 chooses records
    when health checking is configured").
    """

    role: Role
    health_check_id: str


class HealthCheck(Construct):
    """A health check over HTTPS, from several regions, of an endpoint by its own name.

    `domain` is that of the endpoint itself, such as a load balancer's: a name that fails over would lead to
    whatever answers just now. Its certificate is not looked at (Route 53 API: HealthCheckConfig).

    Creates: the health check. Terraform leaves two arguments as they are, by which a failover keeps users
    away from a primary that returns with old data: "After you disable a health check, Route 53 considers the
    status of the health check to always be healthy … If you want to stop routing traffic to a resource,
    change the value of Inverted" (same page, Disabled).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        name: str,
        domain: str,
        settings: HealthCheckSettings | None = None,
    ) -> None:
        super().__init__(scope, id)
        settings = settings or HealthCheckSettings()
        self._check = Route53HealthCheck(
            self,
            "Default",
            type="HTTPS",
            fqdn=domain,
            port=443,
            enable_sni=True,
            resource_path=settings.path,
            request_interval=settings.interval_seconds,
            failure_threshold=settings.failures,
            # The name of a health check is a tag.
            tags={"Name": name},
            lifecycle=TerraformResourceLifecycle(ignore_changes=["disabled", "invert_healthcheck"]),
            provider=context.provider_with_limited_tags(own=1),
        )

    @property
    def id(self) -> str:
        """The id of the health check."""
        return str(self._check.id)
