"""An Application Load Balancer with HTTPS, and its targets by host."""

from __future__ import annotations

from collections.abc import Sequence

from cdktf import TerraformResource, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs, LbConnectionLogs
from cdktf_cdktf_provider_aws.lb_listener_rule import LbListenerRule
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from constructs import Construct

from ...context import Context
from ...dns.certificate import Certificate
from ...dns.zone import Zone
from ...errors import ProblemsError, refusal
from ...monitoring.monitored import Monitored
from ...naming import Limit
from ...networking.network import Network
from ...networking.subnet_plan import Tier
from ...pause.variable import address
from ...secrets.entries import SecretEntries
from .alarms import load_balancer
from .failover import LoadBalancerFailover
from .listener_priorities import ListenerRule, plan_priorities
from .listener_rules import conditions, forward, redirect
from .listeners import create_https_listener, create_redirect_listener
from .logs import ACCESS, CONNECTIONS, LoadBalancerLogs
from .oidc import OidcRule
from .pause_page import create_pause_rule
from .settings import LoadBalancerSettings, RedirectSettings, TargetSettings
from .target import Target
from .target_groups import create_target_group


class LoadBalancer(Construct):
    """An Application Load Balancer in the public subnets; it returns 404 for hosts without a target.

    Creates: the load balancer; a bucket of its logs; the HTTPS listener with the zone's certificate; the HTTP
    listener, which redirects (301); the rule that answers while the stack is paused (503); by `target`:
    target groups, listener rules, alias records; with `failover`, the health check on which these depend.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        network: Network,
        security_group: SecurityGroup,
        zone: Zone,
        certificate: Certificate,
        settings: LoadBalancerSettings | None = None,
        name: str = "alb",
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings or LoadBalancerSettings()
        self._id, self._context, self._network = id, context, network
        self._zone, self._certificate = zone, certificate
        self._rules: list[ListenerRule] = []
        self._load_balancer = self._create(name, security_group)
        self._failover = (
            LoadBalancerFailover(
                self, "failover", context=context, domain=self.dns_name, settings=self.settings.failover
            )
            if self.settings.failover
            else None
        )
        self._listener = create_https_listener(
            self, load_balancer_arn=self.arn, certificate_arn=certificate.arn, settings=self.settings
        )
        create_redirect_listener(self, load_balancer_arn=self.arn)
        self.pause_rule = create_pause_rule(self, context=context, listener_arn=str(self._listener.arn))

    def pause_after(self, other: TerraformResource) -> None:
        """Show or remove the page of a paused stack only when `other` has been changed."""
        self.pause_rule.depends_on = [address(other)]

    @property
    def arn(self) -> str:
        """The load balancer's ARN."""
        return str(self._load_balancer.arn)

    @property
    def arn_suffix(self) -> str:
        """The value of the CloudWatch dimension LoadBalancer."""
        return str(self._load_balancer.arn_suffix)

    @property
    def dns_name(self) -> str:
        """The load balancer's domain name, the target of alias records."""
        return str(self._load_balancer.dns_name)

    @property
    def dns_zone_id(self) -> str:
        """The hosted zone id of `dns_name`."""
        return str(self._load_balancer.zone_id)

    @property
    def monitored(self) -> Monitored:
        """Its dashboard widgets and alarms."""
        return load_balancer(
            key=self._id,
            arn_suffix=self.arn_suffix,
            health_check_id=self._failover.alarmed_id if self._failover else None,
        )

    def target(
        self,
        name: str,
        *,
        port: int,
        host: str,
        settings: TargetSettings | None = None,
        secret: SecretEntries | None = None,
    ) -> Target:
        """Route requests for `host` to a new target group, whose tasks listen on `port`.

        `secret` has the entry of `oidc`.

        Creates: the target group, its alternate if set, the listener rule, the alias records of the host.
        Raises ProblemsError when another target has the name, the host or the priority, when the host is
        outside the zone, or the certificate is not valid for it, and for `oidc` without its secret.
        """
        settings = settings or TargetSettings()
        rule = ListenerRule(
            name=name,
            host=host,
            paths=settings.paths,
            networks=settings.allowed_networks or (),
            headers=settings.headers,
            login=settings.oidc is not None,
            priority=settings.priority,
        )
        priority = self._add(rule)
        ids = [f"{name}-targets", *([f"{name}-alternate-targets"] if settings.alternate else [])]
        groups = [
            create_target_group(
                self,
                group,
                context=self._context,
                vpc_id=self._network.vpc_id,
                name=name,
                settings=settings,
            )
            for group in ids
        ]
        listener_rule, arn = self._create_rule(
            rule, priority, [str(group.arn) for group in groups], settings, secret
        )
        if self._failover:
            arns = [str(group.arn) for group in groups]
            self._failover.check(name, listener_arn=str(self._listener.arn), groups=arns)
        primary, alternate = groups[0], groups[1] if settings.alternate else None
        return Target(
            name=name,
            host=host,
            port=port,
            target_group_arn=str(primary.arn),
            target_group_arn_suffix=str(primary.arn_suffix),
            load_balancer_arn_suffix=self.arn_suffix,
            listener_rule=listener_rule,
            listener_rule_arn=arn,
            alternate_target_group_arn=str(alternate.arn) if alternate else None,
            alternate_target_group_arn_suffix=str(alternate.arn_suffix) if alternate else None,
        )

    def redirect(self, name: str, *, host: str, settings: RedirectSettings) -> None:
        """Redirect requests for `host`.

        Creates: the listener rule, the alias records of the host. Raises ProblemsError as `target` does, and
        for a redirect of a host to itself.
        """
        if settings.to_host == host and not settings.to_path:
            why = refusal(got=host, allowed="another host, or a path", fix="say where to")
            raise ProblemsError.one(f"redirect {name}", why)
        rule = ListenerRule(name=name, host=host, paths=settings.paths, priority=settings.priority)
        LbListenerRule(
            self,
            f"{name}-rule",
            listener_arn=self._listener.arn,
            priority=self._add(rule),
            condition=conditions(rule),
            action=redirect(settings),
            tags=self._context.tags.override(Service=name),
        )

    def _add(self, rule: ListenerRule) -> int:
        priority = plan_priorities([*self._rules, rule])[rule.name]
        self._check_host(rule.host)
        if rule.host not in {known.host for known in self._rules}:
            # The network has no IPv6, so neither has the load balancer.
            record = self._failover.record if self._failover else None
            self._zone.alias(rule.host, self, ipv6=False, failover=record)
        self._rules.append(rule)
        return priority

    def _check_host(self, host: str) -> None:
        self._zone.check(host)
        if not self._certificate.covers(host):
            allowed = "hosts that the certificate names, or one level below the domain"
            why = refusal(got=host, allowed=allowed, fix="add it to the certificate's names")
            raise ProblemsError.one(f"host {host}", why)

    def _create(self, name: str, security_group: SecurityGroup) -> Lb:
        settings = self.settings
        logs = (
            LoadBalancerLogs(
                self,
                "logs",
                context=self._context,
                name=name,
                settings=settings.logs,
                protected=settings.protected,
            )
            if settings.logs
            else None
        )
        tier = Tier.PRIVATE if settings.internal else Tier.PUBLIC
        return Lb(
            self,
            "Default",
            name=self._context.naming.of(Limit.LOAD_BALANCER, name),
            load_balancer_type="application",
            internal=settings.internal,
            security_groups=[security_group.id],
            subnets=self._network.subnet_ids(tier),
            enable_deletion_protection=settings.protected,
            drop_invalid_header_fields=True,
            desync_mitigation_mode=settings.desync_mitigation,
            enable_http2=True,
            idle_timeout=settings.idle_timeout,
            client_keep_alive=settings.client_keep_alive,
            xff_header_processing_mode=settings.forwarded_for,
            preserve_host_header=settings.preserve_host_header,
            enable_zonal_shift=settings.zonal_shift,
            enable_waf_fail_open=settings.waf_fail_open,
            access_logs=LbAccessLogs(bucket=logs.bucket, prefix=ACCESS, enabled=True) if logs else None,
            connection_logs=(
                LbConnectionLogs(bucket=logs.bucket, prefix=CONNECTIONS, enabled=True) if logs else None
            ),
            depends_on=[logs.ready] if logs else None,
        )

    def _create_rule(
        self,
        rule: ListenerRule,
        priority: int,
        target_groups: Sequence[str],
        settings: TargetSettings,
        secret: SecretEntries | None,
    ) -> tuple[TerraformResource, str]:
        if settings.oidc:
            with_login = OidcRule(
                self,
                f"{rule.name}-login-rule",
                context=self._context,
                listener_arn=str(self._listener.arn),
                rule=rule,
                priority=priority,
                target_group_arn=target_groups[0],
                settings=settings.oidc,
                secret=secret,
            )
            return with_login.stack, with_login.arn
        plain = LbListenerRule(
            self,
            f"{rule.name}-rule",
            listener_arn=self._listener.arn,
            priority=priority,
            condition=conditions(rule),
            action=forward(target_groups, settings.stickiness),
            # ECS changes the weights during a deployment; Terraform must not reset them.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["action"]) if settings.alternate else None,
            tags=self._context.tags.override(Service=rule.name),
        )
        return plain, str(plain.arn)
