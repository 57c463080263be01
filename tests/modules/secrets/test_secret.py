"""The secret of an environment: what is refused, what is written, and that no value is ever kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.secrets.settings import Generated, SecretSettings

Json = dict[str, Any]
DEPLOY = "arn:aws:iam::123456789012:role/deploy"
SETTINGS = SecretSettings(
    generated={"DATABASE_PASSWORD": Generated(version=3), "REDIS_AUTH_TOKEN": Generated(length=64)},
    entered=("MONGODB_URL",),
    readers=(DEPLOY,),
)


def refused(**fields: Any) -> str:
    with pytest.raises(ProblemsError) as raised:
        SecretSettings(**fields)
    return str(raised.value)


def test_keys_that_are_none_are_refused_all_at_once() -> None:
    message = refused(generated={"lower": Generated(), "A": Generated()}, entered=("A", "B-C"))
    for part in ("'lower'", "'B-C'", "capitals, digits and '_'", "SecretSettings.A: is defined twice"):
        assert part in message


def test_a_key_that_looks_like_a_version_is_refused() -> None:
    assert "got 'URL_V2'; allowed: a name that doesn't end in '_V' and a number" in refused(
        entered=("URL_V2",)
    )


def test_a_reader_that_is_no_arn_is_refused() -> None:
    assert "readers: got 'deploy'; allowed: the ARN of a role" in refused(
        entered=("URL",), readers=("deploy",)
    )


def test_a_secret_without_entries_is_refused() -> None:
    assert "has no entry" in refused()


def test_a_credential_shorter_than_the_services_take_is_refused() -> None:
    with pytest.raises(ProblemsError, match=r"Generated\.length: got 15"):
        Generated(length=15)


def test_a_key_nobody_defined_lists_the_known_ones() -> None:
    with pytest.raises(ProblemsError, match=r"got 'MONGO'.*DATABASE_PASSWORD, REDIS_AUTH_TOKEN, MONGODB_URL"):
        SETTINGS.check("MONGO", where="a reference")


def test_the_fingerprint_changes_with_every_entry_and_with_nothing_else() -> None:
    generated = dict(SETTINGS.generated)
    others = [
        replace(SETTINGS, entered=()),
        replace(SETTINGS, entered=("OTHER_URL",)),
        replace(SETTINGS, generated={**generated, "REDIS_AUTH_TOKEN": Generated(length=64, version=2)}),
        replace(SETTINGS, generated={"REDIS_AUTH_TOKEN": Generated(length=64)}),
        replace(SETTINGS, generated=generated, entered=("MONGODB_URL", "MORE")),
    ]
    assert len({SETTINGS.fingerprint, *(other.fingerprint for other in others)}) == 6
    assert replace(SETTINGS, protected=False).fingerprint == SETTINGS.fingerprint
    turned = dict(reversed(generated.items()))
    assert replace(SETTINGS, generated=turned).fingerprint == SETTINGS.fingerprint
    assert SETTINGS.fingerprint < 2**53


@pytest.fixture(scope="module")
def secret(synthesize_module: Callable[..., Json]) -> Json:
    from cdktf import TerraformOutput, TerraformStack

    from modules.context import Context
    from modules.secrets.secret import EnvironmentSecret

    def build(stack: TerraformStack, context: Context) -> None:
        secret = EnvironmentSecret(stack, "secret", context=context, settings=SETTINGS)
        EnvironmentSecret(
            stack, "open", context=context, settings=replace(SETTINGS, protected=False, readers=())
        )
        TerraformOutput(stack, "reference", value=secret.reference("MONGODB_URL"), static_id=True)
        TerraformOutput(stack, "value", value=secret.value("DATABASE_PASSWORD"), static_id=True)
        for use in (secret.reference, secret.value, secret.version):
            with pytest.raises(ProblemsError, match=r"small/secret .*got 'TYPO'"):
                use("TYPO")
        with pytest.raises(ProblemsError, match="which people enter"):
            secret.value("MONGODB_URL")
        access = secret.access({"DATABASE_URL": "MONGODB_URL"})
        assert list(access.secrets) == ["DATABASE_URL"]
        assert access.secrets["DATABASE_URL"].endswith(":MONGODB_URL::")
        actions = [action for statement in access.execution_statements for action in statement.actions]
        assert actions == ["secretsmanager:GetSecretValue", "kms:Decrypt"]

    return synthesize_module(build)


def address(stack: Json, kind: str, path: str) -> str:
    found = stack["resource"][kind]
    (name,) = (key for key, one in found.items() if one["//"]["metadata"]["path"] == f"small/{path}")
    return str(name)


def resource_at(stack: Json, kind: str, path: str) -> Json:
    found: Json = stack["resource"][kind][address(stack, kind, path)]
    return found


def test_values_come_from_ephemeral_resources_and_go_to_write_only_arguments(secret: Json) -> None:
    passwords = secret["ephemeral"]["aws_secretsmanager_random_password"]
    assert passwords["secret_database_password"] == {"password_length": 40, "exclude_punctuation": True}
    assert passwords["secret_redis_auth_token"]["password_length"] == 64
    assert "secret_mongodb_url" not in passwords
    entries = resource_at(secret, "aws_secretsmanager_secret_version", "secret/entries")
    assert "secret_string" not in entries
    assert entries["secret_string_wo_version"] == SETTINGS.fingerprint
    for part in ("jsonencode(merge(", '"to-be-entered"', '"versions" = { "DATABASE_PASSWORD" = 3,'):
        assert part in entries["secret_string_wo"]
    empty = resource_at(secret, "aws_secretsmanager_secret_version", "secret/empty")
    assert empty["secret_string"] == "{}"
    assert empty["lifecycle"] == {"ignore_changes": ["version_stages"]}


def test_every_ephemeral_reference_leads_to_an_ephemeral_resource(secret: Json) -> None:
    named = set(re.findall(r"ephemeral\.(\w+)\.(\w+)", json.dumps(secret["resource"] | secret["locals"])))
    defined = {(kind, name) for kind, ones in secret["ephemeral"].items() for name in ones}
    assert named
    assert named <= defined


def test_a_value_is_read_back_after_it_was_written(secret: Json) -> None:
    entries = address(secret, "aws_secretsmanager_secret_version", "secret/entries")
    after = secret["ephemeral"]["aws_secretsmanager_secret_version"]["secret_after"]
    assert after["secret_id"] == f"${{aws_secretsmanager_secret_version.{entries}.secret_id}}"
    # Of that version: AWS may answer with the one before for a moment.
    assert after["version_id"] == f"${{aws_secretsmanager_secret_version.{entries}.version_id}}"
    value = secret["output"]["value"]["value"]
    assert "secret_after[0].secret_string" in value
    assert '["DATABASE_PASSWORD_V3"]' in value


def test_a_plan_can_do_without_reading_any_secret(secret: Json) -> None:
    assert secret["variable"]["read_secrets"]["type"] == "bool"
    assert secret["variable"]["read_secrets"]["default"] is True
    reads = secret["ephemeral"]["aws_secretsmanager_secret_version"]
    assert set(reads) == {"secret_before", "secret_after", "open_before", "open_after"}
    assert {one["count"] for one in reads.values()} == {"${var.read_secrets ? 1 : 0}"}
    entries = resource_at(secret, "aws_secretsmanager_secret_version", "secret/entries")
    # Nothing is written by who has not read what is there.
    assert entries["secret_string_wo"].startswith("${var.read_secrets ? jsonencode(")
    assert entries["secret_string_wo"].endswith(' : ""}')


def test_the_version_before_stays_for_old_tasks(secret: Json) -> None:
    written = resource_at(secret, "aws_secretsmanager_secret_version", "secret/entries")["secret_string_wo"]
    for entry in ("DATABASE_PASSWORD", "DATABASE_PASSWORD_V3", "DATABASE_PASSWORD_V2", "REDIS_AUTH_TOKEN_V1"):
        assert f'"{entry}" = try(' in written
    assert "REDIS_AUTH_TOKEN_V0" not in written
    assert Generated(version=3).entries("KEY") == ("KEY_V3", "KEY_V2")
    assert Generated().entries("KEY") == ("KEY_V1",)


def test_only_readers_and_roles_of_the_environment_get_values(secret: Json) -> None:
    policies = secret["resource"]["aws_secretsmanager_secret_policy"]
    (one,) = policies.values()
    assert one["//"]["metadata"]["path"] == "small/secret/policy"
    (statement,) = json.loads(one["policy"])["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Action"] == ["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"]
    own, deploy = statement["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    assert own.endswith(":role/shop-test-*")
    assert deploy == DEPLOY


def test_a_reference_is_what_ecs_takes(secret: Json) -> None:
    main = address(secret, "aws_secretsmanager_secret", "secret/Default")
    assert (
        secret["output"]["reference"]["value"] == f"${{aws_secretsmanager_secret.{main}.arn}}:MONGODB_URL::"
    )


@pytest.mark.parametrize(("path", "days", "window"), [("secret", 30, 30), ("open", 0, 7)])
def test_a_protected_secret_and_its_key_outlive_mistakes(
    secret: Json, path: str, days: int, window: int
) -> None:
    main = resource_at(secret, "aws_secretsmanager_secret", f"{path}/Default")
    key = resource_at(secret, "aws_kms_key", f"{path}/key/Default")
    assert main["recovery_window_in_days"] == days
    assert key["deletion_window_in_days"] == window
    protected = {"prevent_destroy": True} if path == "secret" else None
    assert main.get("lifecycle") == key.get("lifecycle") == protected
    assert (
        main["kms_key_id"] == f"${{aws_kms_key.{address(secret, 'aws_kms_key', f'{path}/key/Default')}.arn}}"
    )


def test_a_deleted_name_is_never_in_the_way(secret: Json) -> None:
    main = resource_at(secret, "aws_secretsmanager_secret", "secret/Default")
    assert main["name_prefix"] == "shop-test-environment-"
    assert "name" not in main
