"""Public zones whose name servers the rest of the internet does not get from the registrar yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote
from urllib.request import urlopen

from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, missing, ok, warning
from operations.doctor.machine import CONNECTION_TIMEOUT
from operations.stacks import in_stack

# Source: Google Public DNS, "JSON API for DNS over HTTPS". Python's library asks for addresses alone.
_RESOLVER = "https://dns.google/resolve?type=NS&name="


def findings(target: Target) -> Iterator[Finding]:
    """A finding for each zone: not created, not delegated, or delegated."""
    route53 = target.client("route53")
    zones = {one["name"] for one in target.resources("aws_route53_zone").values() if not one.get("vpc")}
    if not zones:
        yield ok("no public zone")
    for zone in sorted(zones):
        listed = route53.list_hosted_zones_by_name(DNSName=zone)["HostedZones"]
        same = [one for one in listed if one["Name"] == f"{zone}." and not one["Config"]["PrivateZone"]]
        if not same:
            command = f"{in_stack(target.stack)} apply -target=aws_route53_zone.zone"
            what = f"the zone {zone} is not created: certificates wait until its name servers answer"
            yield warning(what, f"{command}, then give its name servers to the registrar")
            continue
        if len(same) > 1:
            yield missing(f"{len(same)} zones are called {zone}", "delete those that nobody is delegated to")
            continue
        wanted = route53.get_hosted_zone(Id=same[0]["Id"])["DelegationSet"]["NameServers"]
        yield _delegation(zone, sorted(wanted))


def _delegation(zone: str, wanted: list[str]) -> Finding:
    try:
        answered = sorted(answer(zone))
    except (OSError, ValueError):
        return warning(
            f"{zone}: the resolver does not answer", f"dig NS {zone} has to show {', '.join(wanted)}"
        )
    if answered == wanted:
        return ok(f"{zone} is delegated")
    return missing(
        f"{zone} is answered by {', '.join(answered) or 'nobody'}",
        f"give the registrar, or the zone above, these name servers: {', '.join(wanted)}",
    )


def answer(zone: str) -> list[str]:
    """The name servers of a zone, as a public resolver finds them. Raises OSError or ValueError."""
    # S310: the scheme is https, from a literal.
    with urlopen(_RESOLVER + quote(zone), timeout=CONNECTION_TIMEOUT) as response:  # noqa: S310
        content = json.load(response)
    return [one["data"].rstrip(".") for one in content.get("Answer", ()) if one["type"] == 2]
