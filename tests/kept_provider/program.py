"""`terraform` on the PATH of tests: Terraform itself, told of the kept provider where that changes nothing.

Beside this file lies given.json, written by on_path.py. It imports nothing of the project: it starts for each
command. A command gets a provider of its own if it might find another one, or the same with other settings.
"""

from __future__ import annotations

import fcntl
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Given = dict[str, Any]
# By the name of a nested block: those in it.
Blocks = dict[str, Any]
COMMANDS = {"init", "plan", "apply", "destroy", "validate", "show", "output", "state", "import", "refresh"}
# A provider block names the region itself.
NOT_SETTINGS = {"AWS_REGION", "AWS_DEFAULT_REGION"}
# Terraform takes half a second to read the schemas of these, which hardly a directory has.
WEB_ACL = "aws_wafv2_web_acl"
LARGE = ("aws_wafv2_rule_group", WEB_ACL)
# The nested blocks of web ACLs that stacks have; with these alone a plan takes a third of the time.
_VISIBILITY: Blocks = {"visibility_config": {}}
_MATCH: Blocks = {"byte_match_statement": {"field_to_match": {"uri_path": {}}, "text_transformation": {}}}
_MANAGED: Blocks = {"rule_action_override": {"action_to_use": {"count": {}}}}
WEB_ACL_BLOCKS: Blocks = {
    "default_action": {"allow": {}},
    "rule": {
        "action": {"block": {"custom_response": {}}, "count": {}},
        "override_action": {"none": {}, "count": {}},
        "statement": {
            "managed_rule_group_statement": _MANAGED,
            "rate_based_statement": {"scope_down_statement": _MATCH},
        },
        **_VISIBILITY,
    },
    **_VISIBILITY,
}
# Which of them a directory has, as a key of what is served.
FEW_BLOCKS = f"{WEB_ACL} with few blocks"
# Of a resource in JSON, maps that are no blocks of its type.
NOT_BLOCKS = {"//", "lifecycle", "tags"}
# Of init: what decides which provider it takes.
CHOOSING = ("-upgrade", "-plugin-dir", "-lockfile", "-from-module", "-help")


def settings(environment: Mapping[str, str]) -> dict[str, str]:
    """What of an environment the provider reads."""
    names = {name for name in environment if name.startswith("AWS_")} - NOT_SETTINGS
    return {name: environment[name] for name in sorted(names | ({"HTTP_PROXY"} & environment.keys()))}


def directory_and_command(arguments: list[str]) -> tuple[Path, str]:
    """Where Terraform runs, and the subcommand."""
    directory = Path()
    for argument in arguments:
        if argument.startswith("-chdir="):
            directory = Path(argument.partition("=")[2])
        elif not argument.startswith("-"):
            return directory, argument
    return directory, ""


def document_in(directory: Path) -> Any:
    """The configuration's `terraform` block and its providers, as Terraform merges them."""
    settled: dict[str, Any] = {"versions": {}, "providers": []}
    for file in sorted(directory.glob("*.tf.json"), key=lambda one: one.name.endswith("_override.tf.json")):
        found = json.loads(file.read_text())
        terraform = found.get("terraform", {})
        for block in terraform if isinstance(terraform, list) else [terraform]:
            settled["versions"] |= block.get("required_providers", {})
        settled["providers"] += found.get("provider", {}).get("aws", [])
    return settled


def is_of_the_running_one(given: Given, directory: Path) -> bool:
    """Whether a configuration would get the same provider: of AWS alone, the version that runs."""
    if any(directory.glob("*.tf")):
        return False
    found = document_in(directory)
    if set(found["versions"]) != {"aws"} or not all(one.get("region") for one in found["providers"]):
        return False
    lock = directory / ".terraform.lock.hcl"
    if lock.exists():
        return f'"{given["version"]}"' in lock.read_text()
    return bool(found["versions"]["aws"].get("version") == given["constraint"])


def installed(given: Given, directory: Path) -> Path:
    """Where an init leaves the provider, for commands that start one of their own."""
    data = os.environ.get("TF_DATA_DIR") or ".terraform"
    return directory / data / "providers" / str(given["place"])


def prepare(given: Given, directory: Path) -> None:
    """What an init leaves of the provider."""
    lock, place = directory / ".terraform.lock.hcl", installed(given, directory)
    if not lock.exists():
        lock.write_text(given["lock"])
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(given["target"])


def lane(given: Given) -> int | None:
    """Which of those that are served no other command uses, until this one ends; none if all are in use.

    Ctrl-C stops what a provider does for all.
    """
    for number in range(len(given["running"])):
        lock = os.open(f"{given['in_use']}-{number}", os.O_RDWR | os.O_CREAT)
        os.set_inheritable(lock, True)  # noqa: FBT003 - it has no name
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return number
    return None


def is_logged() -> bool:
    """Whether somebody wants the log of a provider: operations/terraform/runner.py turns it off."""
    wanted = (value for name, value in os.environ.items() if name.startswith("TF_LOG"))
    return any(value.upper() not in ("", "OFF") for value in wanted)


def large_types(given: Given, directory: Path) -> str:
    """Those of the large types that a directory has, or had when Terraform ran there before."""
    files = (*directory.glob("*.tf.json"), *directory.glob("*.tfstate"))
    text = "".join(file.read_text() for file in files)
    before = Path(given["large"])
    lines = before.read_text().splitlines() if before.exists() else []
    line = {name: f"{name} {directory.resolve()}" for name in LARGE}
    found = {name for name in LARGE if f'{name}"' in text or f"{name}." in text or line[name] in lines}
    if new := [f"{line[name]}\n" for name in found if line[name] not in lines]:
        with before.open("a") as file:
            file.writelines(new)
    if found == {WEB_ACL} and has_few_blocks(directory):
        return FEW_BLOCKS
    return " ".join(sorted(found))


def has_few_blocks(directory: Path) -> bool:
    """Whether the web ACLs of a directory have no other blocks than those of stacks."""
    found = blocks_in(directory).get(WEB_ACL)
    return found is not None and merged(WEB_ACL_BLOCKS, found) == WEB_ACL_BLOCKS


def blocks_in(directory: Path) -> Blocks:
    """The nested blocks of the large types in a directory, by type."""
    documents = [json.loads(file.read_text()) for file in directory.glob("*.tf.json")]
    made = [document.get("resource", {}) for document in documents]
    return {name: _blocks([*one[name].values()]) for one in made for name in LARGE if name in one}


def merged(one: Blocks, other: Blocks) -> Blocks:
    """The nested blocks of both."""
    return one | {name: merged(one.get(name, {}), within) for name, within in other.items()}


def _blocks(value: Any) -> Blocks:
    found: Blocks = {}
    for one in value if isinstance(value, list) else [value]:
        nested = {
            name: within for name, within in one.items() if name not in NOT_BLOCKS and _is_nested(within)
        }
        found = merged(found, {name: _blocks(within) for name, within in nested.items()})
    return found


def _is_nested(value: Any) -> bool:
    return any(isinstance(one, dict) for one in (value if isinstance(value, list) else [value]))


def takes_the_running_one(given: Given, arguments: list[str]) -> bool:
    """Whether a command may use the provider that runs."""
    directory, command = directory_and_command(arguments)
    if command not in COMMANDS or settings(os.environ) != given["settings"]:
        return False
    if "TF_REATTACH_PROVIDERS" in os.environ or is_logged() or os.environ.get("KEPT_PROVIDER") == "off":
        return False
    if command == "init" and any(one.startswith(CHOOSING) for one in arguments):
        return False
    if command != "init" and not installed(given, directory).exists():
        return False
    try:
        if not is_of_the_running_one(given, directory):
            return False
    except (ValueError, AttributeError, TypeError):
        return False  # Terraform says what is wrong with the file
    if command == "init":
        prepare(given, directory)
    return True


if __name__ == "__main__":
    about: Given = json.loads(Path(__file__).with_name("given.json").read_text())
    if takes_the_running_one(about, sys.argv[1:]) and (number := lane(about)) is not None:
        needed = large_types(about, directory_and_command(sys.argv[1:])[0])
        os.environ["TF_REATTACH_PROVIDERS"] = about["running"][number][needed]
    os.execv(about["terraform"], [about["terraform"], *sys.argv[1:]])  # noqa: S606 - as itself
