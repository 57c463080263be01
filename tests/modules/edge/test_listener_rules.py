"""Rules of the load balancer that do more than forward a host: headers, redirects, logins."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from modules.edge.load_balancer.listener_priorities import ListenerRule, priority_of
from modules.edge.load_balancer.settings import OidcSettings, RedirectSettings, TargetSettings
from modules.errors import ProblemsError

Json = dict[str, Any]
PROVIDER = "https://id.example.org"
LOGIN = OidcSettings(
    issuer=PROVIDER,
    authorization_endpoint=f"{PROVIDER}/authorize",
    token_endpoint=f"{PROVIDER}/token",
    user_info_endpoint=f"{PROVIDER}/userinfo",
    client_id="shop",
    secret_entry="OIDC_CLIENT_SECRET",
)


class Built:
    """A load balancer with one rule of each kind, and the JSON it became."""

    def __init__(self, edge: Callable[..., Any]) -> None:
        self.edge, self.json = edge(self.add)

    def add(self, edge: Any) -> None:
        balancer, secret = edge.load_balancer, edge.secret("OIDC_CLIENT_SECRET")
        second = TargetSettings(headers={"X-Api-Version": ("2", "2.*")})
        balancer.target("api", port=80, host="api.example.com")
        balancer.target("api-2", port=80, host="api.example.com", settings=second)
        balancer.redirect("old", host="old.example.com", settings=RedirectSettings(to_host="api.example.com"))
        moved = RedirectSettings(to_path="/new", paths=("/old/*",), permanent=False)
        balancer.redirect("moved", host="api.example.com", settings=moved)
        tools = TargetSettings(oidc=LOGIN, paths=("/tools/*",), headers={"X-Office": ("yes",)})
        self.tools = balancer.target(
            "tools", port=80, host="tools.example.com", settings=tools, secret=secret
        )

    def resources(self, kind: str) -> dict[str, Json]:
        found = self.json["resource"].get(kind, {}).values()
        return {one["//"]["metadata"]["path"].partition("/")[2]: one for one in found}


@pytest.fixture(scope="module")
def built(edge: Callable[..., Any]) -> Built:
    return Built(edge)


def test_a_header_chooses_a_target_of_the_same_host_before_the_rest_of_it(built: Built) -> None:
    rules = built.resources("aws_lb_listener_rule")
    plain, versioned = rules["load-balancer/api-rule"], rules["load-balancer/api-2-rule"]
    header = {"http_header_name": "X-Api-Version", "values": ["2", "2.*"]}
    assert versioned["condition"] == [
        {"host_header": {"values": ["api.example.com"]}},
        {"http_header": header},
    ]
    assert versioned["priority"] < plain["priority"]
    records = [one["name"] for one in built.resources("aws_route53_record").values() if "alias" in one]
    assert records.count("api.example.com") == 1


def test_a_host_or_a_path_redirects_over_https_with_its_query(built: Built) -> None:
    rules = built.resources("aws_lb_listener_rule")
    (old,) = rules["load-balancer/old-rule"]["action"]
    kept = {"query": "#{query}", "port": "443", "protocol": "HTTPS"}
    assert old["type"] == "redirect"
    assert old["redirect"] == {
        "host": "api.example.com",
        "path": "/#{path}",
        "status_code": "HTTP_301",
        **kept,
    }
    (moved,) = rules["load-balancer/moved-rule"]["action"]
    assert moved["redirect"] == {"host": "#{host}", "path": "/new", "status_code": "HTTP_302", **kept}
    names = {one["name"] for one in built.resources("aws_route53_record").values() if "alias" in one}
    assert {"old.example.com", "api.example.com"} <= names


def login_rule(document: Json) -> Json:
    """What the CloudFormation stack creates."""
    stacks = document["resource"]["aws_cloudformation_stack"].values()
    (rule,) = [json.loads(one["template_body"])["Resources"].get("Rule") for one in stacks]
    assert rule["Type"] == "AWS::ElasticLoadBalancingV2::ListenerRule"
    properties: Json = rule["Properties"]
    return properties


def test_a_login_comes_before_the_target_and_its_secret_is_a_reference(built: Built) -> None:
    properties = login_rule(built.json)
    authenticate, forward = properties["Actions"]
    assert (authenticate["Type"], authenticate["Order"]) == ("authenticate-oidc", 1)
    assert (forward["Type"], forward["Order"]) == ("forward", 2)
    assert forward["TargetGroupArn"] == "${aws_lb_target_group.load-balancer_tools-targets_FE87A38D.arn}"
    config = authenticate["AuthenticateOidcConfig"]
    secret = config.pop("ClientSecret")
    assert secret.startswith("{{resolve:secretsmanager:${aws_secretsmanager_secret.")
    assert secret.endswith(".arn}:SecretString:OIDC_CLIENT_SECRET}}")
    assert config == {
        "Issuer": PROVIDER,
        "AuthorizationEndpoint": f"{PROVIDER}/authorize",
        "TokenEndpoint": f"{PROVIDER}/token",
        "UserInfoEndpoint": f"{PROVIDER}/userinfo",
        "ClientId": "shop",
        "Scope": "openid",
        "SessionTimeout": 43_200,
        "OnUnauthenticatedRequest": "authenticate",
    }
    assert properties["Conditions"] == [
        {"Field": "host-header", "HostHeaderConfig": {"Values": ["tools.example.com"]}},
        {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/tools/*"]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Office", "Values": ["yes"]}},
    ]
    assert "load-balancer/tools-rule" not in built.resources("aws_lb_listener_rule")
    assert built.tools.listener_rule.friendly_unique_id.startswith("load-balancer_tools-login-rule")
    assert ".outputs[" in built.tools.listener_rule_arn


def test_another_version_of_the_secret_is_another_text_of_the_same_reference(
    edge: Callable[..., Any],
) -> None:
    def secret_of(version: int) -> str:
        def add(product: Any) -> None:
            settings = TargetSettings(oidc=OidcSettings(**{**vars(LOGIN), "secret_version": version}))
            secret = product.secret("OIDC_CLIENT_SECRET")
            product.load_balancer.target(
                "tools", port=80, host="tools.example.com", settings=settings, secret=secret
            )

        (authenticate, _) = login_rule(edge(add)[1])["Actions"]
        found: str = authenticate["AuthenticateOidcConfig"]["ClientSecret"]
        return found

    first, second, third = map(secret_of, (1, 2, 3))
    assert second == first.replace("OIDC_CLIENT_SECRET", "OIDC_CLIENT_SECRET:AWSCURRENT")
    assert third == first


def test_a_rule_with_a_login_leaves_the_priority_to_the_one_it_replaces() -> None:
    plain = ListenerRule(name="tools", host="tools.example.com")
    assert priority_of(plain) != priority_of(ListenerRule(name="tools", host="tools.example.com", login=True))


@pytest.mark.parametrize(
    ("add", "said"),
    [
        (
            lambda b, _: b.target("t", port=80, host="t.example.com", settings=TargetSettings(oidc=LOGIN)),
            "target t: got oidc without a secret; allowed: the secret that has the entry OIDC_CLIENT_SECRET",
        ),
        (
            lambda b, secret: b.target(
                "t",
                port=80,
                host="t.example.com",
                settings=TargetSettings(oidc=OidcSettings(**{**vars(LOGIN), "secret_entry": "OTHER"})),
                secret=secret,
            ),
            "target t.oidc: got 'OTHER'",
        ),
        (
            lambda b, _: b.redirect(
                "r", host="r.example.com", settings=RedirectSettings(to_host="r.example.com")
            ),
            "redirect r: got r.example.com; allowed: another host, or a path",
        ),
    ],
)
def test_rules_that_cannot_work_are_refused(edge: Callable[..., Any], add: Any, said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        edge(lambda product: add(product.load_balancer, product.secret("OIDC_CLIENT_SECRET")))
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TargetSettings(oidc=LOGIN, alternate=True), "oidc: got oidc with alternate"),
        (lambda: RedirectSettings(), "to_host, to_path: got neither"),
        (lambda: RedirectSettings(to_path="new"), "to_path: got 'new'; allowed: a path that begins with /"),
        (
            lambda: ListenerRule(name="a", host="a.example.com", headers={"Host": ("b",)}),
            "a.headers: got 'Host': ['b']",
        ),
        (
            lambda: ListenerRule(name="a", host="a.example.com", headers={"X-A": tuple("12345")}),
            "a: got 0 paths and 0 networks and 5 values of headers; allowed: at most 4",
        ),
        (lambda: OidcSettings(**{**vars(LOGIN), "issuer": "http://id"}), "issuer"),
    ],
)
def test_settings_that_aws_refuses_are_refused(make: Callable[[], Any], said: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        make()
    assert said in str(raised.value)
