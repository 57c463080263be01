"""A kind of thing that AWS lists by its tags: its ARN, its type in Terraform, its id for an import. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Ask:
    """The call of boto3 that describes one thing. `{id}` and the like in its arguments come from the ARN."""

    service: str
    call: str
    found: str  # JMESPath of the thing in the answer; nothing there means that it is gone
    arguments: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of thing with tags.

    `types`: the types of Terraform that it may be. `arn`: `service:rest` of its ARN; only `{path}` takes
    slashes and colons. `id`: what `import` takes. `by`: argument in the stack's JSON -> where its value is in
    what is known of the thing, that is the groups of `arn`, its `tags`, and `is`, the answer to `ask`.
    All must agree, one with a question mark only where the JSON has it. `newest`: of several of one name
    Terraform knows the newest.
    """

    types: tuple[str, ...]
    arn: str
    id: str
    by: Mapping[str, str]
    ask: Ask | None = None
    newest: bool = False
    pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compile the pattern of the ARN."""
        parts = re.split(r"\{(\w+)\}", self.arn)
        groups = (f"(?P<{one}>{_GROUPS.get(one, _WORD)})" for one in parts[1::2])
        text = "".join(re.escape(one) + next(groups, "") for one in parts[::2])
        object.__setattr__(self, "pattern", re.compile(text))


_WORD = "[^/:]+"
_GROUPS = {"path": ".+", "revision": r"\d+"}
# What bears a stack's tags and is nothing of Terraform's: `service:rest` of the ARN, and whose it is.
_OTHERS = {
    "backup:recovery-point:": "a backup; its plan lets it expire",
    "ec2:network-interface/": "an interface of a service, an endpoint or a load balancer",
    "ec2:snapshot/": "a backup; its plan lets it expire",
    "ecs:container-instance/": "ECS's own",
    "ecs:task/": "a task, which its service starts and stops",
    "elasticache:cluster:": "a node of a replication group",
    "elasticache:snapshot:": "a backup of a cache; delete it by hand if nobody needs it",
    "rds:auto-backup:": "RDS's automated backups of a database",
    "rds:cluster-snapshot:rds:": "an automated backup of a database; RDS deletes it itself",
    "rds:snapshot:rds:": "an automated backup of a database; RDS deletes it itself",
    "rds:cluster-snapshot:": "a backup of a database; delete it by hand if nobody needs it",
    "rds:snapshot:": "a backup of a database; delete it by hand if nobody needs it",
}


def asked(service: str, call: str, found: str, **arguments: object) -> Ask:
    """A call that describes one thing."""
    return Ask(service=service, call=call, found=found, arguments=arguments)


def named(
    types: str,
    arn: str,
    id: str,
    by: Mapping[str, str] | str,
    ask: Ask | None = None,
    *,
    newest: bool = False,
) -> Kind:
    """A kind; `by` may be the argument that has the name of the ARN."""
    return Kind(
        types=tuple(types.split()),
        arn=arn,
        id=id,
        by={by: "path" if "{path}" in arn else "name"} if isinstance(by, str) else by,
        ask=ask,
        newest=newest,
    )


def kinds_of(arn: str) -> list[tuple[Kind, dict[str, str]]]:
    """The kinds that an ARN may be, each with what the ARN says of the thing."""
    from operations.orphans.kinds_table import KINDS

    _, partition, service, region, account, rest = arn.split(":", 5)
    said = {"arn": arn, "partition": partition, "region": region, "account": account}
    found = ((kind, kind.pattern.fullmatch(f"{service}:{rest}")) for kind in KINDS)
    return [(kind, {**match.groupdict(), **said}) for kind, match in found if match]


def not_terraforms(arn: str, tags: Mapping[str, str]) -> str | None:
    """Whose a thing is that Terraform did not make, or None."""
    if made := tags.get("aws:cloudformation:stack-name"):
        return f"made by the CloudFormation stack {made}"
    _, _, service, _, _, rest = arn.split(":", 5)
    return next((whose for start, whose in _OTHERS.items() if f"{service}:{rest}".startswith(start)), None)
