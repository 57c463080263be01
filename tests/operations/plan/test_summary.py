"""What a plan's JSON is read as: actions, losses, what is weakened."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from modules.errors import ProblemsError
from operations.plan import report, security
from operations.plan.data_holding import DATA_HOLDING
from operations.plan.findings import Findings
from operations.plan.summary import Change, changed_outputs, changes, counts, losses

Json = dict[str, Any]
BUCKET, ROLE = "aws_s3_bucket.assets", "aws_iam_role.task"
RULE = "aws_vpc_security_group_ingress_rule.open"


def change(address: str, *actions: str, before: Json | None = None, after: Json | None = None) -> Json:
    made = {"actions": list(actions), "before": before, "after": after}
    return {"address": address, "type": address.partition(".")[0], "mode": "managed", "change": made}


def document(*found: Json) -> Json:
    return {"resource_changes": list(found)}


def findings(found: list[Change], **more: Any) -> Findings:
    """What a plan of ohi-prod does."""
    given = {"outputs": [], "notes": [], "policy": [], **more}
    return Findings(stack="ohi-prod", changes=found, losing=losses(found, []), **given)


@pytest.mark.parametrize(
    ("actions", "action"),
    [
        (("delete", "create"), "replace"),
        (("create", "delete"), "replace"),
        (("delete",), "destroy"),
        (("create",), "create"),
        (("forget",), "forget"),
    ],
)
def test_actions_in_one_word(actions: tuple[str, ...], action: str) -> None:
    assert [one.action for one in changes(document(change(BUCKET, *actions)))] == [action]


def test_what_is_left_as_it_is_and_what_is_only_read_are_no_changes() -> None:
    read = {**change("data.aws_region.here", "read"), "mode": "data"}
    assert changes(document(change(BUCKET, "no-op"), read)) == []


def test_a_move_and_an_import_are_told() -> None:
    moved = {**change(BUCKET, "no-op"), "previous_address": "aws_s3_bucket.old"}
    imported = change(ROLE, "no-op")
    imported["change"]["importing"] = {"id": "task"}
    assert [one.action for one in changes(document(moved, imported))] == ["import", "move"]


def test_the_worst_comes_first_and_says_why() -> None:
    replaced = change(BUCKET, "delete", "create", before={"bucket": "a"}, after={"bucket": "b"})
    replaced["change"]["replace_paths"] = [["bucket"]]
    updated = change(ROLE, "update", before={"name": "a", "path": "/"}, after={"name": "b", "path": "/"})
    found = changes(document(change("aws_vpc.network", "create"), updated, replaced))
    assert [(one.action, one.because) for one in found] == [
        ("replace", ("bucket",)),
        ("update", ("name",)),
        ("create", ()),
    ]
    assert list(counts(found)) == ["aws_s3_bucket", "aws_iam_role", "aws_vpc"]


@pytest.mark.parametrize("kind", sorted(DATA_HOLDING))
@pytest.mark.parametrize("actions", [("delete",), ("delete", "create"), ("create", "delete")])
def test_whatever_holds_data_is_lost_by_destroying_and_replacing(kind: str, actions: tuple[str, ...]) -> None:
    found = changes(document(change(f"{kind}.one", *actions)))
    assert [one.loses for one in losses(found, [])] == [DATA_HOLDING[kind]]


def test_outputs_that_change_are_named() -> None:
    actions = {"same": ["no-op"], "url": ["update"], "arn": ["create"]}
    made = {"output_changes": {name: {"actions": one} for name, one in actions.items()}}
    assert changed_outputs(made) == ["arn", "url"]
    assert changed_outputs({}) == []


def test_nothing_is_lost_otherwise() -> None:
    harmless = document(
        change(BUCKET, "update", before={}, after={}), change(ROLE, "delete"), change(BUCKET, "forget")
    )
    assert losses(changes(harmless), []) == []


def test_a_loss_is_accepted_by_its_address_alone() -> None:
    found = changes(document(change(BUCKET, "delete"), change("aws_kms_key.key", "delete")))
    assert [one.address for one in losses(found, [BUCKET])] == ["aws_kms_key.key"]
    with pytest.raises(
        ProblemsError, match=r"--accept: got 'aws_s3_bucket'; allowed: aws_kms_key\.key, aws_s"
    ):
        losses(found, ["aws_s3_bucket"])


def test_the_remains_of_a_stopped_replacement_are_not_the_resource_itself() -> None:
    found = changes(document({**change(BUCKET, "delete"), "deposed": "1a2b"}))
    assert losses(found, [])[0].address == f"{BUCKET} (deposed 1a2b)"


def policy(**statement: Any) -> Json:
    return {"policy": json.dumps({"Statement": [{"Effect": "Allow", "Resource": "*", **statement}]})}


@pytest.mark.parametrize(
    ("address", "after", "words"),
    [
        (RULE, {"cidr_ipv4": "0.0.0.0/0", "from_port": 22, "to_port": 22}, "port 22 is open to 0.0.0.0/0"),
        (RULE, {"cidr_ipv6": "::/0", "from_port": 1, "to_port": 9}, "port 1-9 is open to ::/0"),
        (RULE, {"cidr_ipv4": "0.0.0.0/0", "from_port": None}, "port of every number is open to 0.0.0.0/0"),
        (
            "aws_security_group.group",
            {"ingress": [{"cidr_blocks": ["0.0.0.0/0"], "from_port": 80, "to_port": 80}]},
            "port 80 is open to 0.0.0.0/0",
        ),
        ("aws_iam_role_policy.task", policy(Action="*"), "allows *"),
        ("aws_iam_role_policy.task", policy(Action=["s3:Get*", "iam:*"]), "allows iam:*"),
        ("aws_s3_bucket_policy.own", policy(Action="s3:Get", Principal="*"), "allows everybody s3:Get"),
        ("aws_kms_key.own", policy(Action="kms:*", Principal={"AWS": ["*"]}), "allows everybody kms:*"),
        (
            "aws_iam_role_policy_attachment.own",
            {"policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
            "attaches AdministratorAccess",
        ),
        ("aws_db_instance.own", {"publicly_accessible": True}, "is reachable from the internet"),
    ],
)
def test_what_is_opened_is_noted_once_when_it_is_new(address: str, after: Json, words: str) -> None:
    assert security.notes(document(change(address, "create", after=after))) == [f"{address}: {words}"]
    same = change(address, "update", before=after, after=after)
    assert security.notes(document(same)) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"Action": "s3:GetObject"},
        {"Action": "s3:Get*"},
        {"Action": "*", "Effect": "Deny"},
        {"Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}},
        {"Action": "s3:Get", "Principal": "*", "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}},
    ],
)
def test_a_narrow_policy_is_not_noted(statement: Json) -> None:
    assert security.notes(document(change(ROLE, "create", after=policy(**statement)))) == []


def test_protection_taken_from_what_exists_is_noted() -> None:
    address = "aws_db_instance.database"
    weakened = change(
        address, "update", before={"deletion_protection": True}, after={"deletion_protection": False}
    )
    assert security.notes(document(weakened)) == [f"{address}: is no longer protected from deletion"]
    assert security.notes(document(change(address, "create", after={"deletion_protection": False}))) == []


def test_the_report_names_what_is_replaced_and_what_is_lost() -> None:
    console = Console(file=StringIO(), width=200)
    found = changes(document(change(BUCKET, "delete", "create"), change(ROLE, "create")))
    report.show(console, findings(found, outputs=["url"], notes=["it: is open [to] all"]))
    words = console.file.getvalue()  # type: ignore[attr-defined]
    assert words.index("aws_s3_bucket") < words.index("aws_iam_role")
    assert f"replace {BUCKET}" in words
    assert "outputs: url" in words
    assert "is open [to] all" in words
    assert "THIS LOSES DATA: 1" in words
    assert f"{BUCKET} would be replaced: lost is the objects in it" in words


def test_a_narrow_terminal_loses_no_part_of_a_name() -> None:
    kind = "aws_s3_bucket_server_side_encryption_configuration"
    actions = (("delete", "create"), ("delete",), ("update",), ("create",))
    found = changes(
        document(
            *(change(f"{kind}.{number}", *one, before={}, after={}) for number, one in enumerate(actions))
        )
    )
    console = Console(file=StringIO(), width=60)
    report.show(console, findings(found))
    lines = console.file.getvalue().partition("Plan of")[2].splitlines()[1:]  # type: ignore[attr-defined]
    names = next(line.index("replace") for line in lines if "replace" in line)
    assert kind in "".join(line[:names].strip() for line in lines)
    assert "…" not in "".join(lines)
