"""Media distributions as they are synthesized: who may read, from which region, with which headers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from modules.edge.distribution.settings import CacheBehavior
from modules.edge.media.settings import MediaDistributionSettings
from modules.edge.media.signed_access import SignedAccess, in_pem
from modules.errors import ProblemsError
from modules.storage.media.settings import MediaSettings, Replica

Json = dict[str, Any]
OTHER = "eu-central-1"
ORIGIN = "https://shop.example.com"


def private(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=bits)


def pem(key: Any) -> str:
    text: str = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return text


def secret(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


FIRST, SECOND = pem(private()), pem(ec.generate_private_key(ec.SECP256R1()))
THUMBNAILS = CacheBehavior(name="thumbnails", path="/thumbnails/*", ttl=300, browser="public, max-age=60")
SIGNED = SignedAccess(public_keys={"first": FIRST, "second": SECOND}, open_behaviors=("thumbnails",))


class Built:
    """A signed distribution with a replica, an open one without, and the JSON they became."""

    def __init__(self, edge: Callable[..., Any]) -> None:
        self.edge, self.json = edge(self.add)

    def add(self, edge: Any) -> None:
        self.signed = distribution(
            edge,
            "files",
            MediaSettings(replica=Replica(region=OTHER), origins=(ORIGIN,)),
            MediaDistributionSettings(
                domains=("media.example.com",),
                behaviors=(THUMBNAILS,),
                signed=SIGNED,
                additional_metrics=True,
            ),
            edge.web_acl("files", "CLOUDFRONT", groups=(), logs=None),
        )
        self.open = distribution(
            edge, "open", MediaSettings(protected=False), MediaDistributionSettings(log_retention_days=None)
        )

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].partition("/")[2]: one for one in found}

    def one(self, kind: str, path: str) -> Json:
        return self.resources(kind)[path]


def distribution(
    edge: Any, name: str, bucket: MediaSettings, settings: MediaDistributionSettings, web_acl: Any = None
) -> Any:
    from modules.edge.distribution.address import SiteAddress
    from modules.edge.media.media import MediaDistribution
    from modules.storage.media.media import Media

    media = Media(edge.stack, f"{name}-media", context=edge.context, settings=bucket, name=name)
    return MediaDistribution(
        edge.stack,
        name,
        context=edge.context,
        media=media,
        settings=settings,
        address=SiteAddress(zone=edge.zone, certificate=edge.certificate) if settings.domains else None,
        web_acl=web_acl,
        name=name,
    )


@pytest.fixture(scope="module")
def built(edge: Callable[..., Any]) -> Built:
    return Built(edge)


@pytest.mark.parametrize(
    "bucket", ["files-media/media-bucket", "files-media/replica-media-bucket", "open-media/media-bucket"]
)
def test_each_bucket_is_read_by_its_distribution_alone_and_listed_by_nobody(
    built: Built, bucket: str
) -> None:
    policy = json.loads(built.one("aws_s3_bucket_policy", f"{bucket}/policy")["policy"])
    (allow,) = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    owner = bucket.partition("-")[0]
    assert allow["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert (allow["Action"], allow["Condition"]) == (
        ["s3:GetObject"],
        {"StringEquals": {"AWS:SourceArn": f"${{aws_cloudfront_distribution.{owner}.arn}}"}},
    )
    assert [one.endswith("/*") for one in allow["Resource"]] == [True]


def test_files_come_from_the_replica_while_the_region_fails(built: Built) -> None:
    made = built.one("aws_cloudfront_distribution", "files/Default")
    (group,) = made["origin_group"]
    members = [one["origin_id"] for one in group["member"]]
    origins = {one["origin_id"]: one["domain_name"] for one in made["origin"]}
    assert list(origins) == members
    assert "replica-media-bucket" in origins[members[1]]
    assert "replica-media-bucket" not in origins[members[0]]
    assert group["failover_criteria"] == {"status_codes": [500, 502, 503, 504]}
    behaviors = [made["default_cache_behavior"], *made["ordered_cache_behavior"]]
    assert {one["target_origin_id"] for one in behaviors} == {group["origin_id"]}
    alone = built.one("aws_cloudfront_distribution", "open/Default")
    assert "origin_group" not in alone
    assert alone["default_cache_behavior"]["target_origin_id"] == alone["origin"][0]["origin_id"]


def test_only_named_behaviors_are_open_where_files_are_signed(built: Built) -> None:
    made = built.one("aws_cloudfront_distribution", "files/Default")
    (group,) = built.resources("aws_cloudfront_key_group")
    assert group == "files/key-group/Default"
    (trusted,) = made["default_cache_behavior"]["trusted_key_groups"]
    assert trusted.startswith("${aws_cloudfront_key_group.files_key-group_")
    (thumbnails,) = made["ordered_cache_behavior"]
    assert thumbnails["path_pattern"] == THUMBNAILS.path
    assert "trusted_key_groups" not in thumbnails
    public = built.one("aws_cloudfront_distribution", "open/Default")
    assert (public["tags"]["DataClassification"], made["tags"]) == ("public", {"Service": "files"})
    assert (
        "trusted_key_groups"
        not in built.one("aws_cloudfront_distribution", "open/Default")["default_cache_behavior"]
    )


def test_public_keys_are_replaced_before_the_former_goes_under_another_name(built: Built) -> None:
    keys = built.resources("aws_cloudfront_public_key")
    assert {path: one["encoded_key"] for path, one in keys.items()} == {
        "files/key-group/first": FIRST,
        "files/key-group/second": SECOND,
    }
    assert len({one["name"].rpartition("-")[2] for one in keys.values()}) == len(keys)
    group = built.one("aws_cloudfront_key_group", "files/key-group/Default")
    for one in (*keys.values(), group):
        assert one["lifecycle"] == {"create_before_destroy": True}


def test_scripts_of_the_buckets_pages_may_read_and_uploads_run_nothing(built: Built) -> None:
    policies = built.resources("aws_cloudfront_response_headers_policy")
    allowed = {path: one.get("cors_config", {}) for path, one in policies.items()}
    origins = {path: one["access_control_allow_origins"]["items"] for path, one in allowed.items() if one}
    assert origins == {f"files/{name}-headers-policy": [ORIGIN] for name in ("default", "thumbnails")}
    assert "open/default-headers-policy" in policies
    for one in policies.values():
        security = one["security_headers_config"]
        policy = security["content_security_policy"]["content_security_policy"].split("; ")
        assert {"default-src 'none'", "sandbox"} <= set(policy)
        assert security["content_type_options"] == {"override": True}


def test_its_domain_its_certificate_and_its_firewall_are_its_own(built: Built) -> None:
    made = built.one("aws_cloudfront_distribution", "files/Default")
    assert made["aliases"] == ["media.example.com"]
    assert (made["enabled"], made["is_ipv6_enabled"], made["http_version"]) == (True, True, "http2and3")
    assert made["viewer_certificate"]["minimum_protocol_version"] == "TLSv1.2_2021"
    assert made["web_acl_id"] == "${aws_wafv2_web_acl.files-firewall.arn}"
    names = {one["name"] for one in built.resources("aws_route53_record").values()}
    assert "media.example.com" in names
    assert built.signed.url == "https://media.example.com"
    assert built.one("aws_cloudfront_distribution", "open/Default")["viewer_certificate"] == {
        "cloudfront_default_certificate": True
    }
    logs = [path for path in built.resources("aws_cloudwatch_log_delivery") if "logs" in path]
    assert logs == ["files/logs/Default"]


def test_a_service_gets_the_url_and_the_key_s_id_and_never_a_private_key(built: Built) -> None:
    access = built.signed.client_access(signing_key="second")
    assert access.environment["MEDIA_URL"] == "https://media.example.com"
    assert access.environment["MEDIA_SIGNING_KEY_ID"].startswith("${")
    assert (dict(access.secrets), access.statements) == ({}, ())
    assert set(built.open.client_access().environment) == {"MEDIA_URL"}
    (invalidation,) = built.signed.invalidation_statements
    assert list(invalidation.actions) == ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"]
    for said, made in (("first, second", built.signed), ("none, since nothing is signed", built.open)):
        with pytest.raises(ProblemsError, match=f"signing_key of .*: got 'third'; allowed: {said}"):
            made.client_access(signing_key="third")


def test_errors_and_additional_metrics_are_watched(built: Built) -> None:
    monitored = built.signed.monitored
    assert (monitored.key, [one.key for one in monitored.alarms]) == (
        "files-distribution",
        ["server-errors", "client-errors"],
    )
    assert len(monitored.widgets) > len(built.open.monitored.widgets)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "public_keys: got 0 keys; allowed: 1 to 5"),
        ({"Shop Key": FIRST}, "public_keys: got 'Shop Key'"),
        ({"first": "hello"}, "public_keys.first: got a text that is no public key in PEM"),
        ({"first": FIRST.replace("MIIB", "MI?B")}, "public_keys.first: got a text that is no public key"),
        ({"first": pem(private(3072))}, "public_keys.first: got a key of another kind or length"),
        ({"first": pem(ec.generate_private_key(ec.SECP384R1()))}, "got a key of another kind or length"),
    ],
)
def test_keys_that_cloudfront_refuses_are_refused(keys: dict[str, str], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        SignedAccess(public_keys=keys)
    assert said in str(raised.value)


def test_a_private_key_is_refused_and_not_shown() -> None:
    key = secret(private())
    with pytest.raises(ProblemsError) as raised:
        SignedAccess(public_keys={"first": key})
    assert "public_keys.first: got a private key; allowed: a public key" in str(raised.value)
    assert not [line for line in key.splitlines() if line in str(raised.value)]


def test_line_breaks_around_a_key_change_nothing() -> None:
    spaced = replace(SIGNED, public_keys={"first": f"\n{FIRST}\n\n"})
    assert in_pem(spaced.public_keys["first"]) == FIRST


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"signed": SIGNED},
            "signed.open_behaviors: got 'thumbnails'; allowed: names of behaviors: none is set",
        ),
        ({"behaviors": (THUMBNAILS, THUMBNAILS)}, "behaviors: got 'thumbnails' twice"),
    ],
)
def test_settings_that_contradict_are_refused(settings: Json, said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        MediaDistributionSettings(**settings)
    assert said in str(raised.value)


def test_a_domain_outside_the_certificate_is_refused(edge: Callable[..., Any]) -> None:
    settings = MediaDistributionSettings(domains=("media.example.org",))
    with pytest.raises(
        ProblemsError, match=r"media distribution bad: got media\.example\.org; allowed: domains"
    ):
        edge(lambda product: distribution(product, "bad", MediaSettings(), settings))
