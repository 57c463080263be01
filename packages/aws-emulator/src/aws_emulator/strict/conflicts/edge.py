"""Certificates, CloudFront, load balancers, WAF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from aws_emulator.strict.conflicts.rules import Account, Conflict, Parameters, Reasons


def _distributions(account: Account) -> Iterator[tuple[str, dict[str, Any]]]:
    for distribution in account("cloudfront", "aws").distributions.values():
        yield f"distribution {distribution.id}", vars(distribution.distribution_config)


def _used_by_distributions(member: str) -> Reasons:
    def reasons(parameters: Parameters, account: Account) -> Iterator[str]:
        for name, config in _distributions(account):
            behaviors = (config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", ()))
            if any(getattr(behavior, member, None) == parameters["Id"] for behavior in behaviors):
                yield f"{name} uses it"

    return reasons


def _trusted(parameters: Parameters, account: Account) -> Iterator[str]:
    for name, config in _distributions(account):
        behaviors = (config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", ()))
        if any(parameters["Id"] in behavior.trusted_key_groups.items for behavior in behaviors):
            yield f"{name} trusts it"


def _groups_of_key(parameters: Parameters, account: Account) -> Iterator[str]:
    for group in account("cloudfront", "aws").key_groups.values():
        if parameters["Id"] in group.items:
            yield f"key group {group.name} has it"


def _used_by_origins(parameters: Parameters, account: Account) -> Iterator[str]:
    for name, config in _distributions(account):
        for origin in config["Origins"]["Items"]:
            if getattr(origin, "origin_access_control_id", None) == parameters["Id"]:
                yield f"{name} uses it"


def _associations(behaviors: Iterable[Any]) -> Iterator[str]:
    for behavior in behaviors:
        yield from (one["FunctionARN"] for one in behavior.function_associations.get("Items", ()))


def _used_by_behaviors(parameters: Parameters, account: Account) -> Iterator[str]:
    for name, config in _distributions(account):
        behaviors = (config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", ()))
        if any(arn.endswith(f":function/{parameters['Name']}") for arn in _associations(behaviors)):
            yield f"{name} uses it"


def _unpublished_functions(parameters: Parameters, account: Account) -> Iterator[str]:
    live = account("cloudfront", "aws").live_functions()
    config = parameters.get("DistributionConfigWithTags", parameters).get("DistributionConfig", {})
    behaviors = [config.get("DefaultCacheBehavior"), *(config.get("CacheBehaviors", {}).get("Items") or ())]
    for behavior in filter(None, behaviors):
        for one in behavior.get("FunctionAssociations", {}).get("Items") or ():
            if one["FunctionARN"].rpartition("/")[2] not in live:
                yield f"{one['FunctionARN']} has no LIVE stage"


def _enabled(parameters: Parameters, account: Account) -> Iterator[str]:
    for name, config in _distributions(account):
        if name.endswith(f" {parameters['Id']}") and str(config["Enabled"]).lower() == "true":
            yield f"{name} is enabled"


def _web_acl_users(parameters: Parameters, account: Account) -> Iterator[str]:
    for web_acl in account("wafv2", _waf_region(parameters, account)).wacls.values():
        if web_acl.arn.endswith(f"/{parameters['Id']}"):
            yield from (f"{resource} is associated with it" for resource in web_acl.associated_resources)
            for name, config in _distributions(account):
                if config["WebACLId"] == web_acl.arn:
                    yield f"{name} uses it"


def _rule_statement_users(parameters: Parameters, account: Account) -> Iterator[str]:
    wafv2 = account("wafv2", _waf_region(parameters, account))
    referred = (*wafv2.ip_sets, *wafv2.rule_groups, *wafv2.regex_pattern_sets)
    arns = [arn for arn in referred if arn.endswith(f"/{parameters['Id']}")]
    for kind, users in (("web ACL", wafv2.wacls), ("rule group", wafv2.rule_groups)):
        for user in users.values():
            rules = str(user.to_dict()["Rules"])
            if any(arn in rules for arn in arns):
                yield f"{kind} {user.name} refers to it"


def _waf_region(parameters: Parameters, account: Account) -> str:
    return "global" if parameters.get("Scope") == "CLOUDFRONT" else account.region


def _certificate_users(parameters: Parameters, account: Account) -> Iterator[str]:
    arn = parameters["CertificateArn"]
    for balancer in account("elbv2").load_balancers.values():
        for listener in balancer.listeners.values():
            if arn in str((listener.certificate, listener.certificates)):
                yield f"listener {listener.port} of {balancer.name} uses it"
    for name, config in _distributions(account):
        if config["ViewerCertificate"].acm_certificate_arn == arn:
            yield f"{name} uses it"


def _protected_balancer(parameters: Parameters, account: Account) -> Iterator[str]:
    balancer = account("elbv2").load_balancers.get(parameters["LoadBalancerArn"])
    if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
        yield f"load balancer {balancer.name} has deletion protection"


def _rules_of_balancer(parameters: Parameters, account: Account) -> Iterator[str]:
    for balancer in account("elbv2").load_balancers.values():
        if parameters["ListenerArn"] in balancer.listeners:
            count = sum(len(listener._non_default_rules) for listener in balancer.listeners.values())  # noqa: SLF001
            if count >= _RULES:
                yield f"{balancer.name} has {count} rules, of at most {_RULES} beside the default ones"


# Elastic Load Balancing, Quotas for your Application Load Balancers: "Rules per Application Load Balancer".
_RULES = 100
_CLOUDFRONT = "Amazon CloudFront API Reference, "
CONFLICTS = (
    Conflict(
        service="acm",
        operation="DeleteCertificate",
        code="ResourceInUseException",
        source="AWS Certificate Manager API Reference, DeleteCertificate",
        reasons=_certificate_users,
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteCachePolicy",
        code="CachePolicyInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteCachePolicy",
        reasons=_used_by_distributions("cache_policy_id"),
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteResponseHeadersPolicy",
        code="ResponseHeadersPolicyInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteResponseHeadersPolicy",
        reasons=_used_by_distributions("response_headers_policy_id"),
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteOriginRequestPolicy",
        code="OriginRequestPolicyInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteOriginRequestPolicy",
        reasons=_used_by_distributions("origin_request_policy_id"),
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteKeyGroup",
        code="ResourceInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteKeyGroup",
        reasons=_trusted,
    ),
    Conflict(
        service="cloudfront",
        operation="DeletePublicKey",
        code="PublicKeyInUse",
        status=409,
        source=_CLOUDFRONT + "DeletePublicKey",
        reasons=_groups_of_key,
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteOriginAccessControl",
        code="OriginAccessControlInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteOriginAccessControl",
        reasons=_used_by_origins,
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteDistribution",
        code="DistributionNotDisabled",
        status=409,
        source=_CLOUDFRONT + "DeleteDistribution",
        reasons=_enabled,
    ),
    Conflict(
        service="cloudfront",
        operation="DeleteFunction",
        code="FunctionInUse",
        status=409,
        source=_CLOUDFRONT + "DeleteFunction",
        reasons=_used_by_behaviors,
    ),
    Conflict(
        service="cloudfront",
        operation="CreateDistribution",
        code="InvalidFunctionAssociation",
        source=_CLOUDFRONT + "CreateDistribution",
        reasons=_unpublished_functions,
    ),
    Conflict(
        service="cloudfront",
        operation="CreateDistributionWithTags",
        code="InvalidFunctionAssociation",
        source=_CLOUDFRONT + "CreateDistributionWithTags",
        reasons=_unpublished_functions,
    ),
    Conflict(
        service="cloudfront",
        operation="UpdateDistribution",
        code="InvalidFunctionAssociation",
        source=_CLOUDFRONT + "UpdateDistribution",
        reasons=_unpublished_functions,
    ),
    Conflict(
        service="elbv2",
        operation="CreateRule",
        code="TooManyRules",
        source="Elastic Load Balancing, Quotas for your Application Load Balancers",
        reasons=_rules_of_balancer,
    ),
    Conflict(
        service="elbv2",
        operation="DeleteLoadBalancer",
        code="OperationNotPermitted",
        source="Elastic Load Balancing API Reference, DeleteLoadBalancer",
        reasons=_protected_balancer,
    ),
    Conflict(
        service="wafv2",
        operation="DeleteWebACL",
        code="WAFAssociatedItemException",
        source="AWS WAFV2 API Reference, DeleteWebACL",
        reasons=_web_acl_users,
    ),
    Conflict(
        service="wafv2",
        operation="DeleteIPSet",
        code="WAFAssociatedItemException",
        source="AWS WAFV2 API Reference, DeleteIPSet",
        reasons=_rule_statement_users,
    ),
    Conflict(
        service="wafv2",
        operation="DeleteRegexPatternSet",
        code="WAFAssociatedItemException",
        source="AWS WAFV2 API Reference, DeleteRegexPatternSet",
        reasons=_rule_statement_users,
    ),
    Conflict(
        service="wafv2",
        operation="DeleteRuleGroup",
        code="WAFAssociatedItemException",
        source="AWS WAFV2 API Reference, DeleteRuleGroup",
        reasons=_rule_statement_users,
    ),
)
