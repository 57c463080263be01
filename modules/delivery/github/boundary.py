"""What no role of a stack may, whatever its policies allow. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...iam.policy import Statement

# Every action of IAM that changes something (Service Authorization Reference, "Actions, resources, and
# condition keys for AWS Identity and Access Management"); PassRole, Get*, List* and Simulate* are none.
CHANGES_OF_IAM = (
    "Accept*",
    "Add*",
    "Associate*",
    "Attach*",
    "Change*",
    "Create*",
    "Deactivate*",
    "Delete*",
    "Detach*",
    "Disable*",
    "Enable*",
    "Put*",
    "Reject*",
    "Remove*",
    "Reset*",
    "Resync*",
    "Send*",
    "Set*",
    "Tag*",
    "Untag*",
    "Update*",
    "Upload*",
)
# What adds to a role, or takes from it, with the condition key iam:PermissionsBoundary (the same page).
BOUNDED = (
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
)


def boundary(deployers: str, states: Sequence[str]) -> Iterator[Statement]:
    """The permissions boundary of the roles of stacks: a role may what its policies and this allow.

    It gives nothing by itself (IAM user guide, "Permissions boundaries for IAM entities"). `deployers`: the
    ARN of the roles that deploy; `states`: those of the buckets of Terraform's states.
    """
    yield Statement(
        sid="WhatPoliciesAllow",
        actions=["*"],
        resources=["*"],
        wildcard_reason="a boundary allows nothing by itself: the policies of the role say what it may",
    )
    yield Statement(
        sid="NoIdentities",
        effect="Deny",
        actions=[*(f"iam:{action}" for action in CHANGES_OF_IAM), "organizations:*", "account:*"],
        resources=["*"],
    )
    yield Statement(sid="NoDeployers", effect="Deny", actions=["sts:AssumeRole*"], resources=[deployers])
    if states:
        yield Statement(
            sid="NoStates",
            effect="Deny",
            actions=["s3:*"],
            resources=[*states, *(f"{one}/*" for one in states)],
        )
