"""Zones and certificates: which names they answer for, and what they become."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.dns.names import is_domain, is_inside, record_id
from modules.dns.settings import CertificateSettings, HostedZoneSettings
from modules.errors import ProblemsError

Json = dict[str, Any]
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
CHILD = HostedZoneSettings(
    domain="dev.example.com",
    protected=False,
    delegated_by="example.com",
    certificate_authorities=("amazon.com", "letsencrypt.org"),
    query_log_retention_days=7,
)
PARENT = HostedZoneSettings(
    domain="example.com", delegations={"stage.example.com": ("ns-1.x.com", "ns-2.x.com")}
)


@pytest.mark.parametrize(("length", "fits"), [(253, True), (254, False)])
def test_a_domain_is_at_most_as_long_as_dns_takes(length: int, fits: bool) -> None:  # noqa: FBT001
    name = f"{'.'.join(['a' * 62] * 3)}.".ljust(length - 3, "b") + ".cc"
    assert (len(name), is_domain(name)) == (length, fits)


@given(label=LABELS, zone=LABELS)
def test_a_zone_answers_for_its_apex_and_below_alone(label: str, zone: str) -> None:
    domain = f"{zone}.com"
    assert is_domain(domain)
    assert is_inside(f"{label}.{domain}", domain)
    assert is_inside(domain, domain)
    assert not is_inside(f"{label}{domain}", domain)
    assert not is_inside(domain, f"{label}.{domain}")


@pytest.mark.parametrize(
    "name", ["example", "Example.com", "a..com", "-a.com", "a.com.", "a b.com", "*", "a.*.com"]
)
def test_what_is_no_domain(name: str) -> None:
    assert not is_domain(name)


def test_ids_of_records_say_which_name_they_stand_for() -> None:
    names = ["example.com", "api.example.com", "*.dev.example.com", "_dmarc.example.com"]
    assert [record_id(name, "example.com") for name in names] == ["apex", "api", "wildcard-dev", "dmarc"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"domain": "Example.com"},
            "HostedZoneSettings.domain: got 'Example.com'; allowed: a domain in lower",
        ),
        (
            {"delegations": {"other.com": ("a.com", "b.com")}},
            "delegations[other.com]: got other.com; allowed:",
        ),
        ({"delegations": {"example.com": ("a.com", "b.com")}}, "delegations[example.com]: got example.com"),
        (
            {"delegations": {"a.example.com": ("a.com",)}},
            "delegations[a.example.com]: got ['a.com']; allowed: two",
        ),
        (
            {"delegated_by": "example.org"},
            "delegated_by: got example.org; allowed: a domain that example.com",
        ),
        (
            {"certificate_authorities": ("Amazon",)},
            "certificate_authorities: got 'Amazon'; allowed: a domain",
        ),
        (
            {"certificate_authorities": ("amazon.com", "amazon.com")},
            "certificate_authorities: got ('amazon.com', 'amazon.com'); allowed: each once; remove",
        ),
    ],
)
def test_zones_that_cannot_be_are_refused(change: Json, said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        replace(PARENT, **change)
    assert said in str(raised.value)


class Built:
    """A parent's zone, a child's, a certificate each, and the JSON they became."""

    def __init__(self, synthesize: Callable[..., Json]) -> None:
        self.json = synthesize(self.build)

    def build(self, stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput

        from modules.dns.certificate import Certificate
        from modules.dns.zone import HostedZone

        self.parent = HostedZone(stack, "parent", context=context, settings=PARENT)
        child = HostedZone(stack, "child", context=context, settings=CHILD)
        names = ("*.a.example.com", "b.example.com")
        settings = CertificateSettings(names=names, validation_minutes=30)
        self.certificate = Certificate(
            stack, "certificate", context=context, zone=self.parent, settings=settings
        )
        Certificate(
            stack,
            "regional",
            context=context,
            zone=child,
            settings=CertificateSettings(for_cloudfront=False),
        )
        self.parent.record("shop.example.com", "CNAME", ["cname.vercel-dns.com"], ttl_seconds=300)
        TerraformOutput(stack, "name-servers", value=self.parent.name_servers, static_id=True)

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].partition("/")[2]: one for one in found}


@pytest.fixture(scope="module")
def built(synthesize_module: Callable[..., Json]) -> Built:
    return Built(synthesize_module)


def test_a_zone_is_protected_unless_set_otherwise(built: Built) -> None:
    zones = built.resources("aws_route53_zone")
    assert zones["parent/Default"]["lifecycle"] == {"prevent_destroy": True}
    assert zones["parent/Default"]["force_destroy"] is False
    assert "lifecycle" not in zones["child/Default"]
    assert built.json["output"]["name-servers"]["value"] == "${aws_route53_zone.parent.name_servers}"


def test_a_child_is_delegated_from_either_side(built: Built) -> None:
    records = built.resources("aws_route53_record")
    listed = records["parent/stage-ns"]
    assert (listed["name"], listed["type"], listed["records"]) == (
        "stage.example.com",
        "NS",
        ["ns-1.x.com", "ns-2.x.com"],
    )
    joined = records["child/delegation"]
    assert (joined["name"], joined["type"]) == ("dev.example.com", "NS")
    assert (listed["ttl"], joined["ttl"]) == (3600, 3600)
    assert joined["zone_id"].startswith("${data.aws_route53_zone.child_parent_")
    assert joined["records"] == "${aws_route53_zone.child.name_servers}"


def test_only_named_authorities_may_issue_certificates(built: Built) -> None:
    records = built.resources("aws_route53_record")
    assert records["parent/apex-caa"]["records"] == ['0 issue "amazon.com"']
    assert records["child/apex-caa"]["records"] == ['0 issue "amazon.com"', '0 issue "letsencrypt.org"']


def test_a_certificate_stands_in_both_regions_and_is_waited_for(built: Built) -> None:
    certificates = built.resources("aws_acm_certificate")
    assert set(certificates) == {"certificate/Default", "certificate/cloudfront", "regional/Default"}
    assert certificates["certificate/cloudfront"]["provider"] == "aws.us-east-1"
    for path in ("certificate/Default", "certificate/cloudfront"):
        one = certificates[path]
        assert one["domain_name"] == "example.com"
        assert one["subject_alternative_names"] == ["*.example.com", "*.a.example.com", "b.example.com"]
        assert one["lifecycle"] == {"create_before_destroy": True}
        assert (one["validation_method"], one["key_algorithm"]) == ("DNS", "RSA_2048")
        assert one["options"] == {"certificate_transparency_logging_preference": "ENABLED"}
    waiting = built.resources("aws_acm_certificate_validation")
    assert waiting["certificate/validation"]["timeouts"] == {"create": "30m"}
    assert waiting["certificate/cloudfront-validation"]["provider"] == "aws.us-east-1"
    assert all(one["depends_on"] for one in waiting.values())


def test_one_record_validates_a_wildcard_its_apex_and_both_regions(built: Built) -> None:
    paths = [path for path in built.resources("aws_route53_record") if path.startswith("certificate/")]
    assert sorted(paths) == [f"certificate/{name}-validation-record" for name in ("a", "apex", "b")]
    record = built.resources("aws_route53_record")["certificate/a-validation-record"]
    assert 'replace(option.domain_name, "*.", "") == "a.example.com"' in record["name"]
    assert record["allow_overwrite"] is True


def test_the_other_region_has_the_same_tags(built: Built) -> None:
    providers = {one.get("alias", ""): one for one in built.json["provider"]["aws"]}
    assert providers["us-east-1"]["region"] == "us-east-1"
    assert providers["us-east-1"]["default_tags"] == [{"tags": {"Service": "platform"}}]


def test_queries_are_logged_where_route_53_can(built: Built) -> None:
    (log,) = built.resources("aws_route53_query_log").values()
    (group,) = built.resources("aws_cloudwatch_log_group").values()
    (policy,) = built.resources("aws_cloudwatch_log_resource_policy").values()
    assert {one["provider"] for one in (log, group, policy)} == {"aws.us-east-1"}
    (statement,) = json.loads(policy["policy_document"])["Statement"]
    assert statement["Resource"][0].endswith(":log-group:/aws/route53/dev.example.com:*")


def test_a_certificate_covers_one_level_and_what_it_names(built: Built) -> None:
    covered = ["example.com", "api.example.com", "x.a.example.com", "b.example.com"]
    assert all(built.certificate.covers(host) for host in covered)
    assert not any(built.certificate.covers(host) for host in ("x.b.example.com", "example.org"))


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        (
            "api.example.org",
            "A",
            "api.example.org: got api.example.org; allowed: example.com and names that end",
        ),
        ("Api.example.com", "A", "Api.example.com: got 'Api.example.com'; allowed: a domain in lower case"),
        ("example.com", "CNAME", "record example.com: got a CNAME at the apex"),
        ("shop.example.com", "CNAME", "CNAME record of shop.example.com: got a second record"),
        ("x.stage.example.com", "A", "stage.example.com is delegated, so this zone no longer answers for it"),
    ],
)
def test_records_that_cannot_be_are_refused(built: Built, name: str, kind: str, said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        built.parent.record(name, kind, ["x"])
    assert said in str(raised.value)
