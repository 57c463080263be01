"""Settings that environments of several products have. Pure."""

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Literal

from modules.assumed_role import AssumedRole
from modules.compute.cluster.settings import ClusterSettings
from modules.compute.service.settings import ServiceSettings
from modules.dns.names import name_problems
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.edge.load_balancer.settings import LoadBalancerSettings
from modules.edge.web_acl.settings import WebAclSettings
from modules.edge.website.settings import WebsiteSettings
from modules.errors import Problem, refusal
from modules.monitoring.settings import MonitoringSettings
from modules.naming import Naming
from modules.networking.settings import NetworkSettings
from modules.provider import PROVEN, ProviderVersions
from modules.regions import GLOBAL_REGION
from modules.resilience.recovery.settings import Primary, Recovery
from modules.resilience.restore_test.settings import RestoreTestSettings
from modules.settings import settings
from modules.tagging import Tags

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ACCOUNT = re.compile(r"\d{12}")
# The policy of the stack `account` that bounds roles (modules/delivery/github/boundary.py).
BOUNDARY = "infrastructure-account-boundary"
# How products call the environment whose loss is felt.
PRODUCTION = ("prod", "production")


@settings
class Environment:
    """An environment of a product. `account_id`, if set, is the only account allowed for its deployment.

    Production should have one: without it, whatever account the credentials are of is taken, and synthesis,
    `infra plan` and `infra doctor --deploy` say so. With `role`, Terraform and the `infra` commands make
    every request as that role, in its account; the states have a role of their own (backend/README.md).
    Data may leave `region` for `copy_regions` alone: copies of backups, replicas of buckets. Remove one of
    them an apply later than the last copy in it, since Terraform needs its provider to delete that copy.
    `bounded`: each role has the account's permissions boundary, and GitHub's workflows can create no other
    (docs/github.md).
    """

    naming: Naming
    tags: Tags
    region: str = "eu-west-1"
    account_id: str | None = None
    role: AssumedRole | None = None
    copy_regions: tuple[str, ...] = ()
    # The versions of the AWS provider; ProviderVersions() takes newer ones, of which docs/versions.md tells.
    provider: ProviderVersions = PROVEN
    bounded: bool = False

    @property
    def permissions_boundary(self) -> str | None:
        """The name of the policy that bounds each role; None without one."""
        return BOUNDARY if self.bounded else None

    @property
    def allowed_account_id(self) -> str | None:
        """The only account allowed: that of `account_id`, else that of the role."""
        return self.account_id or (self.role.account_id if self.role else None)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of its resources, its own first; global services are in us-east-1."""
        return tuple(dict.fromkeys((self.region, *self.copy_regions, GLOBAL_REGION)))

    @property
    def account_is_open(self) -> bool:
        """Whether this is production, and any account is allowed."""
        return self.allowed_account_id is None and self.naming.environment in PRODUCTION

    def problems(self) -> Iterator[Problem]:
        """An invalid region or account; a role in another account; a tag that contradicts the name."""
        for where, region in (("region", self.region), *(("copy_regions", one) for one in self.copy_regions)):
            if not _REGION.fullmatch(region):
                why = refusal(got=repr(region), allowed="a region such as eu-west-1", fix="correct the name")
                yield Problem(where=where, what=why)
        if self.account_id is not None and not _ACCOUNT.fullmatch(self.account_id):
            why = refusal(got=repr(self.account_id), allowed="12 digits", fix="correct the number")
            yield Problem(where="account_id", what=why)
        elif self.account_id and self.role and self.role.account_id != self.account_id:
            got = f"a role in {self.role.account_id} with account_id={self.account_id!r}"
            why = refusal(got=got, allowed="both of one account", fix="correct the one that is wrong")
            yield Problem(where="role", what=why)
        if (tag := self.tags.values.get("Environment")) != self.naming.environment:
            why = refusal(got=repr(tag), allowed=repr(self.naming.environment), fix="tag it by its name")
            yield Problem(where="tags.Environment", what=why)


@settings
class EnvironmentSettings:
    """Base class for the environment settings of a product.

    `recovery`: where the environment comes up again when its region is lost; None: nowhere. `primary`: what
    this one takes over from, where it is the recovery of another.
    """

    environment: Environment
    network: NetworkSettings
    recovery: Recovery | None = None
    primary: Primary | None = None

    @property
    def hosts(self) -> tuple[str, ...]:
        """The public domains of this environment; no other environment may have them."""
        return ()

    def problems(self) -> Iterator[Problem]:
        """A recovery in the same region or network, in a region without its zones, or of a recovery."""
        if self.recovery is None:
            return
        yield from self.recovery.primary_problems(
            region=self.environment.region, cidr=self.network.cidr, zones=self.network.zones
        )
        if self.recovery.region not in (self.environment.region, *self.environment.copy_regions):
            why = refusal(
                got=f"{self.recovery.region}, where no data may be copied to",
                allowed=", ".join(self.environment.copy_regions) or "a region of copy_regions",
                fix="add it to copy_regions of the environment",
            )
            yield Problem(where="recovery.region", what=why)
        if self.primary:
            why = refusal(
                got=f"a recovery of the recovery of {self.primary.naming.base}",
                allowed="a recovery of a primary",
                fix="set recovery=None",
            )
            yield Problem(where="recovery", what=why)


@settings
class PublicEnvironmentSettings(EnvironmentSettings):
    """Base class for the settings of a product with public services on ECS.

    `protected`: plans can't destroy the key of services and what else the product stores.
    """

    zone: HostedZoneSettings
    certificate: CertificateSettings
    cluster: ClusterSettings
    load_balancer: LoadBalancerSettings
    # None: the load balancer has no web ACL.
    web_acl: WebAclSettings | None
    monitoring: MonitoringSettings
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    protected: bool = True
    # None: nobody is told when no restore of its database has succeeded. Only where it is protected.
    restore_test: RestoreTestSettings | None = None

    @property
    def tested_restores(self) -> RestoreTestSettings | None:
        """`restore_test`, where the database is no copy itself and a plan can't destroy it."""
        return self.restore_test if self.protected and self.primary is None else None

    @property
    def service_names(self) -> tuple[str, ...]:
        """The names of the services: of the fields that are ServiceSettings."""
        values = (getattr(self, one.name) for one in fields(self))
        return tuple(value.name for value in values if isinstance(value, ServiceSettings))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The domain of the zone."""
        return (self.zone.domain,)

    def problems(self) -> Iterator[Problem]:
        """Those of the base class; a recovery without failover; that of what a plan may destroy.

        A check of restores by a service that there is not.
        """
        yield from super().problems()
        check = self.restore_test.check if self.restore_test else None
        if check and check.service not in self.service_names:
            why = refusal(
                got=repr(check.service),
                allowed=", ".join(self.service_names),
                fix="name the service whose image, roles and secrets the check takes",
            )
            yield Problem(where="restore_test.check.service", what=why)
        if bool(self.recovery or self.primary) != bool(self.load_balancer.failover):
            why = refusal(
                got=f"failover={'set' if self.load_balancer.failover else None} with "
                f"recovery={'set' if self.recovery else None}",
                allowed="both or neither",
                fix="set load_balancer.failover, by which users are led to the second region",
            )
            yield Problem(where="recovery", what=why)
        if self.recovery and not self.protected:
            why = refusal(
                got="a recovery with protected=False",
                allowed="a recovery of what is protected",
                fix="protect it, or set recovery=None: what may be destroyed can be created anew elsewhere",
            )
            yield Problem(where="recovery", what=why)


@settings
class WebsiteEnvironmentSettings(PublicEnvironmentSettings):
    """Base class for the settings of a product with public services on ECS and a website."""

    web_acl: WebAclSettings
    website: WebsiteSettings
    website_web_acl: WebAclSettings

    @property
    def hosts(self) -> tuple[str, ...]:
        """The domains of the zone and of the website."""
        return tuple(dict.fromkeys((*super().hosts, *self.website.domains)))

    def problems(self) -> Iterator[Problem]:
        """Those of the base class; domains of the website outside of the zone."""
        yield from super().problems()
        for domain in self.website.domains:
            yield from name_problems("website.domains", domain, self.zone.domain)
