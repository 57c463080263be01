"""Records of the settings: what is refused, and what Route 53 gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.dns.records import DnsRecord
from modules.dns.settings import HostedZoneSettings
from modules.errors import ProblemsError

MAIL = DnsRecord(name="example.com", kind="MX", values=("1 smtp.example.net", "5 backup.example.net."))
SPF = DnsRecord(name="example.com", kind="TXT", values=("v=spf1 exists:%{i}.example.net -all", "site=1"))
KEY = DnsRecord(
    name="mail._domainkey.example.com", kind="TXT", values=("v=DKIM1; p=" + "k" * 390,), ttl_seconds=300
)
HOSTED = DnsRecord(name="s1._domainkey.example.com", kind="CNAME", values=("s1.dkim.example.net",))
SERVICE = DnsRecord(name="_xmpp._tcp.example.com", kind="SRV", values=("1 10 5269 xmpp.example.net",))
RECORDS = (MAIL, SPF, KEY, HOSTED, SERVICE)


def test_a_zone_has_the_records_of_its_settings(synthesize_module: Callable[..., Any]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.dns.zone import HostedZone

        settings = HostedZoneSettings(domain="example.com", records=RECORDS)
        HostedZone(stack, "zone", context=context, settings=settings)

    made = synthesize_module(build)["resource"]["aws_route53_record"].values()
    found = {(one["name"], one["type"]): (one["ttl"], one["records"]) for one in made}
    assert found.pop(("example.com", "CAA"))
    assert found == {
        ("example.com", "MX"): (3600, ["1 smtp.example.net", "5 backup.example.net."]),
        # The first percent sign keeps Terraform from reading a template.
        ("example.com", "TXT"): (3600, ["v=spf1 exists:%%{i}.example.net -all", "site=1"]),
        # A string of DNS has 255 characters at most.
        ("mail._domainkey.example.com", "TXT"): (300, ["v=DKIM1; p=" + "k" * 244 + '""' + "k" * 146]),
        ("s1._domainkey.example.com", "CNAME"): (3600, ["s1.dkim.example.net"]),
        ("_xmpp._tcp.example.com", "SRV"): (3600, ["1 10 5269 xmpp.example.net"]),
    }


@given(st.text(alphabet="abc;=", min_size=1, max_size=900))
def test_a_long_text_is_divided_without_loss(text: str) -> None:
    (value,) = DnsRecord(name="example.com", kind="TXT", values=(text,)).record_values
    parts = value.split('""')
    assert "".join(parts) == text
    assert all(0 < len(part) <= 255 for part in parts)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"values": ("smtp.example.net",)},
            "example.com MX: got 'smtp.example.net'; allowed: a number and a domain",
        ),
        ({"values": ("1 not a domain",)}, "example.com MX: got '1 not a domain'"),
        ({"values": ()}, r"example.com MX: got \[\]; allowed: one value or more, each once"),
        ({"values": ("1 a.example.net",) * 2}, "each once"),
        (
            {"kind": "TXT", "values": ('"quoted"',)},
            "example.com TXT: got '\"quoted\"'; allowed: a text without quotes",
        ),
        ({"kind": "TXT", "values": ("x" * 4001,)}, "of 4000 characters or less"),
        ({"kind": "A", "values": ("example.net",)}, "allowed: an IP address of the type"),
        ({"kind": "AAAA", "values": ("192.0.2.1",)}, "allowed: an IP address of the type"),
        (
            {"kind": "SRV", "values": ("1 xmpp.example.net",)},
            "a number and a number and a number and a domain",
        ),
        ({"kind": "CNAME", "values": ("a.example.net", "b.example.net")}, "got 2 targets; allowed: one"),
    ],
)
def test_a_record_that_route_53_would_refuse_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        replace(MAIL, **fields)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ((replace(MAIL, name="example.org"),), "records: got example.org; allowed: example.com and names"),
        ((MAIL, MAIL), "records apex: got MX and MX; allowed: one record of each type at a name"),
        ((HOSTED, replace(SPF, name=HOSTED.name)), "records s1-domainkey: got CNAME and TXT"),
        ((replace(HOSTED, name="example.com"),), "records example.com: got a CNAME at the apex"),
    ],
)
def test_records_that_contradict_each_other_are_refused(records: tuple[DnsRecord, ...], said: str) -> None:
    with pytest.raises(ProblemsError, match=said):
        HostedZoneSettings(domain="example.com", records=records)
