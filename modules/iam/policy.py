"""IAM policy documents, identity-based and resource-based, as deterministic JSON. Pure.

    policy_document(
        Statement(actions=["s3:GetObject"], resources=[f"{bucket.arn}/ohi-dev/*"]),
        only_over_tls(bucket.arn, f"{bucket.arn}/*", actions=["s3:*"]),
    )

Wildcards are refused in Allow statements: all actions of a service, all resources, all principals. A
statement that needs one, such as a key policy's, gives a `wildcard_reason`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Annotated, Any, Literal

from ..errors import Problem, ProblemsError, refusal
from ..settings import settings
from ..values import Anything, Line, Reason, Text

# Actions begin with a capital, but for `rds-db:connect`.
_ACTION = re.compile(r"\*|[a-z0-9-]+:(\*|[A-Z][A-Za-z0-9]*\*?)|rds-db:connect")
# IAM JSON policy elements: Sid. A policy has 6,144 characters at most ("IAM and AWS STS quotas").
_Sid = Annotated[
    str, Text(pattern=r"[A-Za-z0-9]*", longest=1_024, allowed="letters and digits", fix="rename it")
]


@settings
class Statement:
    """A statement of a policy document.

    Trust policies have no `resources`. `services`, `principals` and `federated` (ARNs) and `everyone` are for
    trust policies and resource-based policies. `conditions`: operator → key → value or values.
    """

    actions: Sequence[Line]
    resources: Sequence[Line] = ()
    effect: Literal["Allow", "Deny"] = "Allow"
    sid: _Sid = ""
    services: Sequence[Line] = ()
    principals: Sequence[Line] = ()
    # ARNs of identity providers, whose tokens a role trusts.
    federated: Sequence[Line] = ()
    everyone: bool = False
    conditions: Mapping[Line, Mapping[Line, Anything | Sequence[Anything]]] = field(default_factory=dict)
    wildcard_reason: Reason = ""

    def problems(self) -> Iterator[Problem]:
        """Invalid elements, and wildcards without a reason."""
        if not self.actions:
            why = refusal(got="none", allowed="at least one action", fix="name what is allowed or denied")
            yield Problem(where="actions", what=why)
        for action in self.actions:
            if not _ACTION.fullmatch(action):
                why = refusal(got=repr(action), allowed="service:Action", fix="correct the spelling")
                yield Problem(where="actions", what=why)
        if self.everyone and (self.services or self.principals or self.federated):
            why = refusal(got="everyone and more", allowed="one of them", fix="remove the others")
            yield Problem(where="everyone", what=why)
        if self.effect == "Allow" and not self.wildcard_reason:
            yield from self._wildcards()

    def _wildcards(self) -> Iterator[Problem]:
        whole = [("actions", action) for action in self.actions if action == "*" or action.endswith(":*")]
        whole += [("resources", resource) for resource in self.resources if resource == "*"]
        whole += [("principals", principal) for principal in self.principals if principal == "*"]
        whole += [("everyone", "True")] if self.everyone else []
        for where, got in whole:
            why = refusal(
                got=repr(got),
                allowed="what is needed, by name",
                fix="spell it out, or say in wildcard_reason why nothing narrower does",
            )
            yield Problem(where=where, what=why)

    def as_dict(self) -> dict[str, Any]:
        """The statement with the elements of the IAM JSON policy language."""
        elements = {
            "Sid": self.sid,
            "Effect": self.effect,
            "Principal": self._principal(),
            "Action": list(dict.fromkeys(self.actions)),
            "Resource": list(dict.fromkeys(self.resources)),
            "Condition": self.conditions,
        }
        return {name: element for name, element in elements.items() if element}

    def _principal(self) -> str | dict[str, str | list[str]]:
        if self.everyone:
            return "*"
        kinds = {"AWS": self.principals, "Federated": self.federated, "Service": self.services}
        return {kind: _one_or_list(names) for kind, names in kinds.items() if names}


def policy_document(*statements: Statement) -> str:
    """The policy document of `statements`, in their order. Raises ProblemsError when two share a Sid."""
    sids = [statement.sid for statement in statements if statement.sid]
    twice = sorted({sid for sid in sids if sids.count(sid) > 1})
    if not statements or twice:
        got = f"{', '.join(twice)} twice" if twice else "no statement"
        why = refusal(got=got, allowed="statements of different Sids", fix="add or rename one")
        raise ProblemsError.one("policy_document", why)
    content = {"Version": "2012-10-17", "Statement": [statement.as_dict() for statement in statements]}
    return json.dumps(content, separators=(",", ":"))


def publishing(namespace: str) -> Statement:
    """Permission to publish metrics of one namespace of CloudWatch."""
    return Statement(
        actions=["cloudwatch:PutMetricData"],
        resources=["*"],
        conditions={"StringEquals": {"cloudwatch:namespace": namespace}},
        wildcard_reason="metrics are no resources; the condition narrows it to one namespace",
    )


def only_over_tls(*resources: str, actions: Sequence[str], sid: str = "OnlyOverTls") -> Statement:
    """Denial of actions to everyone who asks without TLS."""
    return Statement(
        sid=sid,
        effect="Deny",
        actions=actions,
        resources=resources,
        everyone=True,
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


def unique_statements(statements: Iterable[Statement]) -> list[Statement]:
    """The statements without duplicates, in order: several things may need the same permission."""
    found: list[Statement] = []
    for statement in statements:
        if statement not in found:
            found.append(statement)
    return found


def _one_or_list(names: Sequence[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else list(names)
