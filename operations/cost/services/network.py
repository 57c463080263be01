"""NAT gateways, endpoints, public addresses, load balancers, traffic; zones, CloudFront, web ACLs."""

from __future__ import annotations

from collections.abc import Iterator

from modules.regions import GLOBAL_REGION
from modules.terraform_json import blocks
from operations.cost.lines import Item
from operations.cost.prices import GLOBAL, HOURS
from operations.cost.view import View

# CloudFront's metrics besides the standard ones (developer guide, "Turn on additional CloudFront distribution
# metrics"): cache hit rate, origin latency, error rates by status code.
_ADDITIONAL_METRICS = 8


def gateways(view: View) -> Iterator[Item]:
    """NAT gateways, and what passes through them together."""
    for one in view.resources("aws_nat_gateway").values():
        yield view.item("VPC", one, "nat-gateway", HOURS)
    for one in view.one("aws_nat_gateway"):
        if not view.paused:
            yield view.item("VPC", one, "nat-gateway-gb", view.usage.traffic.nat_gb, usage=True)


def addresses(view: View) -> Iterator[Item]:
    """Elastic IP addresses: AWS charges for one in use as for one that is not."""
    for one in view.resources("aws_eip").values():
        yield view.item("VPC", one, "address", HOURS)


def endpoints(view: View) -> Iterator[Item]:
    """Interface endpoints, an interface in each subnet. Those of gateways cost nothing."""
    found = [
        one
        for one in view.resources("aws_vpc_endpoint").values()
        if one.body.get("vpc_endpoint_type") == "Interface"
    ]
    for one in found:
        yield view.item("VPC", one, "endpoint", len(one.body.get("subnet_ids", ())) * HOURS)
    for one in found[:1]:
        if not view.paused:
            yield view.item("VPC", one, "endpoint-gb", view.usage.traffic.endpoint_gb, usage=True)


def load_balancers(view: View) -> Iterator[Item]:
    """Load balancers, their addresses, and what they serve to the internet."""
    traffic = view.usage.traffic
    for one in view.resources("aws_lb").values():
        yield view.item("Load balancing", one, "load-balancer", HOURS)
        if not one.body.get("internal"):
            # One address in each zone (Amazon VPC pricing, public IPv4 addresses).
            yield view.item("VPC", one, "address", len(one.body.get("subnets", ())) * HOURS)
    for one in view.one("aws_lb"):
        if not view.paused:
            units = traffic.load_balancer_units * HOURS
            yield view.item("Load balancing", one, "load-balancer-unit", units, usage=True)
            yield view.item("Data transfer", one, "internet-gb", traffic.internet_gb, usage=True)
            yield view.item("Data transfer", one, "zones-gb", traffic.zones_gb, usage=True)


def zones(view: View) -> Iterator[Item]:
    """Zones of Route 53, public and private, queries that no alias answers, and health checks."""
    for one in view.resources("aws_route53_zone").values():
        yield view.everywhere("Route 53", one, "zone", 1)
    for one in view.one("aws_route53_zone"):
        queries = view.usage.website.dns_million_queries
        yield view.everywhere("Route 53", one, "dns-million-queries", queries, usage=True)
    for one in view.resources("aws_service_discovery_private_dns_namespace").values():
        yield view.everywhere("Route 53", one, "zone", 1)
    for one in view.resources("aws_route53_health_check").values():
        yield view.everywhere("Route 53", one, "health-check", 1)
        if one.body.get("type") == "HTTPS":
            # One of the optional features, each with a price of its own.
            yield view.everywhere("Route 53", one, "health-check-https", 1)


def distributions(view: View) -> Iterator[Item]:
    """What CloudFront serves, by where viewers are, and metrics beyond the standard ones."""
    website = view.usage.website
    for one in view.one("aws_cloudfront_distribution"):
        yield view.everywhere("CloudFront", one, "cloudfront-gb", website.gb, usage=True)
        requests = website.million_requests * 1e6
        yield view.everywhere("CloudFront", one, "cloudfront-request", requests, usage=True)
        yield view.everywhere("CloudFront", one, "cloudfront-africa-gb", website.africa_gb, usage=True)
        requests = website.africa_million_requests * 1e6
        yield view.everywhere("CloudFront", one, "cloudfront-africa-request", requests, usage=True)
        if view.resources("aws_cloudfront_function"):
            number = website.all_million_requests
            yield view.everywhere("CloudFront", one, "cloudfront-million-functions", number, usage=True)
    for one in view.resources("aws_cloudfront_monitoring_subscription").values():
        yield view.item("CloudWatch", one, "metric", _ADDITIONAL_METRICS, region=GLOBAL_REGION)


def web_acls(view: View) -> Iterator[Item]:
    """Web ACLs with a rule for each rule or group of rules, and the requests that they look at."""
    traffic, website = view.usage.traffic, view.usage.website
    for one in view.resources("aws_wafv2_web_acl").values():
        region = GLOBAL if one.body.get("scope") == "CLOUDFRONT" else one.region
        yield view.item("WAF", one, "web-acl", 1, region=region)
        yield view.item("WAF", one, "web-acl-rule", len(blocks(one.body.get("rule"))), region=region)
        requests = website.all_million_requests if region == GLOBAL else traffic.web_acl_million_requests
        if region == GLOBAL or not view.paused:
            yield view.item("WAF", one, "web-acl-million-requests", requests, region=region, usage=True)
