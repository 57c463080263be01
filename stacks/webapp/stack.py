"""The stack of a Web app environment."""

from __future__ import annotations

from cdktf import TerraformOutput
from constructs import Construct

from backend import BackendSettings
from modules.compute.repository.image import Image
from modules.compute.repository.repository import Repository
from modules.compute.service.service import Service
from modules.cost.budget import Budget
from modules.databases.aurora.aurora import Aurora
from modules.databases.logins.replicated import ReplicatedLogin
from modules.databases.logins.rotated import RotatedLogin, RunningService
from modules.monitoring.monitoring import Monitoring
from modules.networking.dependencies import DependencyAccess
from modules.networking.subnet_plan import Tier
from modules.secrets.ages import AgedSecret, SecretAges
from stacks.base import Stack
from stacks.parts import Foundation, Frontend, Ingress, Platform, restore_records
from stacks.webapp.connections import API, DATABASE, DEPENDENCIES, webapp_connections
from stacks.webapp.schema import WebappSettings


class WebappStack(Stack):
    """One environment of Web app: an API on Fargate with Aurora, and a single-page frontend.

    Creates: the network and its security groups; DNS and certificates; the database and the
    login of the API; the load balancer, the website and their web ACLs; the API on its cluster; dashboards,
    alarms and their topics; the budget.
    """

    def __init__(
        self, scope: Construct, name: str, *, settings: WebappSettings, state: BackendSettings
    ) -> None:
        super().__init__(scope, name, environment=settings.environment, state=state, primary=settings.primary)
        self._foundation = Foundation(self, connections=webapp_connections(), settings=settings)
        self._secret = self._foundation.create_secret(self, settings.secret) if settings.secret else None
        self._database = Aurora(
            self,
            "database",
            context=self.context,
            network=self._foundation.network,
            security_group=self._foundation.security_groups.group(DEPENDENCIES[DATABASE].security_group),
            settings=settings.database,
            secret=self._secret,
            tier=Tier.PRIVATE,
        )
        self._ingress = Ingress(self, foundation=self._foundation, settings=settings)
        self._platform = Platform(self, cluster=settings.cluster, protected=settings.protected)
        self._login = self._create_login(settings)
        self._api = self._create_api(settings)
        self._frontend = Frontend(self, foundation=self._foundation, settings=settings)
        self._monitor(settings)
        Budget(self, "budget", context=self.context, settings=settings.budget)
        self._write_outputs(settings)

    def _create_login(self, settings: WebappSettings) -> RotatedLogin | ReplicatedLogin:
        """The login of the API; in a recovery stack the primary's, by the replica of its secret."""
        if primary := settings.primary:
            return ReplicatedLogin(
                self,
                "database-login",
                context=self.context,
                primary=primary.naming,
                database=self._database,
            )
        return RotatedLogin(
            self,
            "database-login",
            context=self.context,
            network=self._foundation.network,
            # No other may reach the database (docs/specification/webapp.md).
            security_groups=[self._foundation.security_groups.group(API.name)],
            database=self._database,
            services=[
                RunningService(
                    cluster=self._platform.cluster.name,
                    service=Service.name_of(self.context, settings.api.name),
                )
            ],
            settings=settings.login,
            replica_key=self._foundation.recovery_key,
            log_retention_days=settings.api.log_retention_days,
        )

    def _create_api(self, settings: WebappSettings) -> Service:
        repository = Repository(
            self,
            "api-repository",
            context=self.context,
            service="api",
            key=self._platform.key,
            settings=settings.repository,
        )
        access = DependencyAccess(DEPENDENCIES, services=[API], modules={DATABASE: self._login.client_access})
        return Service(
            self,
            "api",
            context=self.context,
            network=self._foundation.network,
            cluster=self._platform.cluster,
            security_groups=[self._foundation.security_groups.group(API.name)],
            image=Image(self, "api-image", context=self.context, service="api", repository=repository.name),
            settings=settings.task,
            access=access.of(API),
            target=self._ingress.load_balancer.target(
                "api", port=API.ports["http"], host=settings.api_host, settings=settings.target
            ),
        )

    def _monitor(self, settings: WebappSettings) -> None:
        ages = SecretAges(
            self,
            "secret-ages",
            context=self.context,
            secrets={
                "database": AgedSecret(arn=self._login.secret_arn, days=settings.secret_days),
                "master": AgedSecret(arn=self._database.secret_arn, days=settings.master_secret_days),
            },
            log_retention_days=settings.api.log_retention_days,
        )
        Monitoring(
            self,
            "monitoring",
            context=self.context,
            watch=[
                self._api,
                *restore_records(self, settings=settings, database=self._database),
                self._ingress.load_balancer,
                *self._ingress.web_acls,
                self._database,
                *self._frontend.websites,
                *self._frontend.web_acls,
                self._foundation.certificate,
                ages,
            ],
            # One that may pause has no alarm that says it is gone.
            causes={"api": [settings.database.name]} if self._database.monitored.can_be_cause else {},
            settings=settings.monitoring,
        )

    def _write_outputs(self, settings: WebappSettings) -> None:
        # The names of the specification. They are the construct ids too, by which cdktf deploy shows them.
        outputs = {
            "VpcId": self._foundation.network.vpc_id,
            "DatabaseSecretArn": self._login.secret_arn,
            "ApiEndpoint": f"https://{settings.api_host}",
            **self._frontend.outputs(url="FrontendUrl", bucket="FrontendBucketName"),
            "EcsClusterName": self._platform.cluster.name,
            # To be entered at the registrar, or delegated to from the parent zone.
            "NameServers": self._foundation.zone.name_servers,
        }
        for name, value in outputs.items():
            TerraformOutput(self, name, value=value, static_id=True)
