"""Parts that products have in common, each of modules that belong together.

A part is no construct: what it creates stands in the stack itself, so that its address names no part.
"""

from __future__ import annotations

from modules.compute.cluster import Cluster
from modules.compute.settings import ClusterSettings
from modules.dns.certificate import Certificate
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.dns.zone import HostedZone
from modules.edge.firewall import WebApplicationFirewall
from modules.edge.firewall_settings import FirewallSettings
from modules.edge.load_balancer import LoadBalancer
from modules.edge.settings import LoadBalancerSettings
from modules.edge.website import SiteAddress, Website
from modules.edge.website_settings import WebsiteSettings
from modules.networking.endpoints import InterfaceEndpoints
from modules.networking.network import Network
from modules.networking.settings import InterfaceEndpointSettings, NetworkSettings
from modules.security.connections import Connections
from modules.security.firewall import Firewall
from modules.security.key import Key
from stacks.base import Stack


class Foundation:
    """What everything else stands on.

    Creates: the network; the firewall between everything in it, from `connections`; interface endpoints, if
    set, in the group "vpc-endpoints"; the zone and its certificate.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        connections: Connections,
        network: NetworkSettings,
        zone: HostedZoneSettings,
        certificate: CertificateSettings,
        endpoints: InterfaceEndpointSettings | None = None,
    ) -> None:
        context = stack.context
        self.network = Network(stack, "network", context=context, settings=network)
        self.firewall = Firewall(
            stack, "firewall", context=context, network=self.network, connections=connections
        )
        if endpoints:
            InterfaceEndpoints(
                stack,
                "endpoints",
                context=context,
                network=self.network,
                security_group=self.firewall.group("vpc-endpoints"),
                settings=endpoints,
            )
        self.zone = HostedZone(stack, "zone", context=context, settings=zone)
        self.certificate = Certificate(
            stack, "certificate", context=context, zone=self.zone, settings=certificate
        )


class Entrance:
    """Where the world reaches services.

    Creates: the load balancer, in the group "alb"; the web application firewall before it.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        foundation: Foundation,
        load_balancer: LoadBalancerSettings,
        firewall: FirewallSettings,
    ) -> None:
        self.load_balancer = LoadBalancer(
            stack,
            "load-balancer",
            context=stack.context,
            network=foundation.network,
            security_group=foundation.firewall.group("alb"),
            zone=foundation.zone,
            certificate=foundation.certificate,
            settings=load_balancer,
        )
        self.firewall = WebApplicationFirewall(
            stack, "web-firewall", context=stack.context, name="alb", settings=firewall
        )
        self.firewall.protect("load-balancer", self.load_balancer.arn)


class Frontend:
    """What people see in their browsers.

    Creates: the web application firewall; the website behind it.
    """

    def __init__(
        self, stack: Stack, *, foundation: Foundation, website: WebsiteSettings, firewall: FirewallSettings
    ) -> None:
        self.firewall = WebApplicationFirewall(
            stack, "website-firewall", context=stack.context, name="website", settings=firewall
        )
        self.website = Website(
            stack,
            "website",
            context=stack.context,
            settings=website,
            address=SiteAddress(zone=foundation.zone, certificate=foundation.certificate),
            firewall=self.firewall,
        )


class Platform:
    """What services run on.

    Creates: the key of their logs, images and files; the cluster.
    """

    def __init__(self, stack: Stack, *, cluster: ClusterSettings, protected: bool) -> None:
        self.key = Key(
            stack,
            "key",
            context=stack.context,
            purpose="services",
            services=("logs",),
            protected=protected,
        )
        self.cluster = Cluster(stack, "cluster", context=stack.context, key=self.key, settings=cluster)
