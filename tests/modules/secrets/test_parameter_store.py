"""The parameters of an environment: what is refused, who may read what, and what an apply writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from modules.naming import Naming
from modules.secrets.parameter_store.settings import MAX_VALUE, ParameterStoreSettings
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

Json = dict[str, Any]
SETTINGS = ParameterStoreSettings(
    values={"DATABASE_HOST": "db.shop.example", "DATABASE_PORT": "5432"},
    credentials={"TOKEN": "REDIS_AUTH_TOKEN"},
    entered=("PAYMENT_KEY",),
)
TOKEN = "REDIS_AUTH_TOKEN"
AWAY = "eu-central-1"


def test_names_and_values_that_parameter_store_refuses_are_named_all_at_once() -> None:
    with pytest.raises(ProblemsError) as raised:
        ParameterStoreSettings(
            values={"host": "x", "EMPTY": "", "LONG": "x" * (MAX_VALUE + 1), "TWICE": "x"}, entered=("TWICE",)
        )
    for part in ("'host'", "values.EMPTY: got 0", "values.LONG: got 4,097", "TWICE: is defined twice"):
        assert part in str(raised.value)


def build_with(
    settings: ParameterStoreSettings, *names: str, version: int = 1, copied: bool = False
) -> Callable[[Any, Any], None]:
    def build(stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput

        from modules.iam.policy import policy_document
        from modules.resilience.recovery.key import RecoveryKey
        from modules.secrets.parameter_store import ParameterStore
        from modules.secrets.secret import EnvironmentSecret

        generated = {TOKEN: Generated(version=version)}
        secret = EnvironmentSecret(
            stack, "secret", context=context, settings=SecretSettings(generated=generated, protected=False)
        )
        key = (
            RecoveryKey(stack, "recovery-key", context=context, region=AWAY, protected=False)
            if copied
            else None
        )
        store = ParameterStore(
            stack, "parameters", context=context, secret=secret, settings=settings, replica_key=key
        )
        access = store.access(*names)
        for name, value in {
            "environment": dict(access.environment),
            "secrets": dict(access.secrets),
            "policy": policy_document(*access.execution_statements),
        }.items():
            TerraformOutput(stack, name, value=value, static_id=True)
        with pytest.raises(ProblemsError, match=r"small/parameters access: got 'TYPO'.*DATABASE_HOST"):
            store.access("TYPO")

    return build


@pytest.fixture(scope="module")
def rotated(synthesize_module: Callable[..., Json]) -> Json:
    return synthesize_module(build_with(SETTINGS, version=3))


def parameters(stack: Json) -> dict[str, Json]:
    return {one["name"]: one for one in stack["resource"]["aws_ssm_parameter"].values()}


def test_each_is_under_the_path_of_the_environment_and_credentials_are_encrypted(rotated: Json) -> None:
    types = {name: one["type"] for name, one in parameters(rotated).items()}
    assert types == {
        "/shop-test/DATABASE_HOST": "String",
        "/shop-test/DATABASE_PORT": "String",
        "/shop-test/TOKEN_V3": "SecureString",
        "/shop-test/TOKEN_V2": "SecureString",
        "/shop-test/PAYMENT_KEY": "SecureString",
    }
    keys = {one["key_id"] for one in parameters(rotated).values() if one["type"] == "SecureString"}
    assert keys == {rotated["resource"]["aws_secretsmanager_secret"]["secret"]["kms_key_id"]}


def test_a_credential_keeps_its_version_before_and_tasks_get_the_present_one(rotated: Json) -> None:
    found = parameters(rotated)
    versions = {name: one.get("value_wo_version") for name, one in found.items() if "TOKEN" in name}
    assert versions == {"/shop-test/TOKEN_V3": 3, "/shop-test/TOKEN_V2": 2}
    for version in (2, 3):
        assert f"REDIS_AUTH_TOKEN_V{version}" in found[f"/shop-test/TOKEN_V{version}"]["value_wo"]
    secrets = rotated["output"]["secrets"]["value"]
    assert set(secrets) == {"DATABASE_HOST", "DATABASE_PORT", "TOKEN", "PAYMENT_KEY"}
    assert "token-v3" in secrets["TOKEN"]


def test_the_versions_fit_into_the_json_of_container_definitions(rotated: Json) -> None:
    (versions,) = rotated["output"]["environment"]["value"].values()
    assert "sha256" in versions
    assert '"' not in versions


def test_a_reader_of_plain_parameters_may_decrypt_nothing(synthesize_module: Callable[..., Json]) -> None:
    stack = synthesize_module(build_with(SETTINGS, "DATABASE_HOST"))
    (statement,) = json.loads(stack["output"]["policy"]["value"])["Statement"]
    assert statement["Action"] in ("ssm:GetParameters", ["ssm:GetParameters"])
    assert "database-host" in str(statement["Resource"])
    assert "token" not in str(statement["Resource"])


def test_a_reader_decrypts_its_own_parameters_alone(synthesize_module: Callable[..., Json]) -> None:
    stack = synthesize_module(build_with(SETTINGS, "DATABASE_HOST", "TOKEN"))
    _, decrypting = json.loads(stack["output"]["policy"]["value"])["Statement"]
    conditions = decrypting["Condition"]["StringEquals"]
    assert conditions["kms:ViaService"] == "ssm.eu-west-1.amazonaws.com"
    allowed = str(conditions["kms:EncryptionContext:PARAMETER_ARN"])
    assert "token-v1" in allowed
    assert "payment-key" not in allowed
    assert "database-host" not in allowed


def test_a_recovery_stack_takes_the_copies_and_has_the_rest_of_its_own(
    synthesize_module: Callable[..., Json],
) -> None:
    def build(stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput

        from modules.secrets.parameter_store import ParameterStore
        from modules.secrets.replica import ReplicatedSecret

        primary = Naming(product="shop", environment="prod")
        entries = SecretSettings(generated={TOKEN: Generated(version=2)})
        secret = ReplicatedSecret(stack, "secret", context=context, primary=primary, settings=entries)
        store = ParameterStore(
            stack, "parameters", context=context, secret=secret, settings=SETTINGS, primary=primary
        )
        TerraformOutput(stack, "secrets", value=dict(store.access().secrets), static_id=True)

    stack = synthesize_module(build, region=AWAY, standby=True)
    assert set(parameters(stack)) == {
        "/shop-test/DATABASE_HOST",
        "/shop-test/DATABASE_PORT",
        "/shop-test/TOKEN_V2",
        "/shop-test/TOKEN_V1",
    }
    copied = stack["output"]["secrets"]["value"]["PAYMENT_KEY"]
    assert copied.endswith(":parameter/shop-prod/PAYMENT_KEY")
    assert f":ssm:{AWAY}:" in copied
    assert parameters(stack)["/shop-test/TOKEN_V2"]["key_id"].startswith("${data.aws_kms_alias.")


class Applied:
    """The stack, applied as often as its settings change."""

    def __init__(
        self, directory: Path, emulator: Emulator, terraform: Terraform, synthesize: Callable[..., Any]
    ) -> None:
        self.terraform = terraform
        self.ssm, self.away = (emulator.client("ssm", region) for region in ("eu-west-1", AWAY))
        self._output, self._synthesize = directory, synthesize

    def apply(self, settings: ParameterStoreSettings, *, version: int = 1) -> dict[str, Any]:
        """Apply, plan again empty, and return the outputs."""
        self._synthesize(build_with(settings, version=version, copied=True), self._output)
        self.terraform.init()
        self.terraform.apply()
        again = self.terraform.plan(file="again")
        assert again.empty, again.changes
        return {name: one.value for name, one in self.terraform.outputs().items()}

    def values(self, ssm: Any = None) -> dict[str, str]:
        found = (ssm or self.ssm).get_parameters_by_path(Path="/shop-test", WithDecryption=True)["Parameters"]
        return {one["Name"].rpartition("/")[2]: one["Value"] for one in found}


def versions(outputs: Mapping[str, Any]) -> str:
    return str(outputs["environment"]["PARAMETER_VERSIONS"])


@pytest.mark.emulator
def test_applied_changed_entered_and_rotated_each_once(
    tmp_path: Path, emulator: Emulator, terraform: Terraform, synthesize_module: Callable[..., Any]
) -> None:
    stack = Applied(tmp_path, emulator, terraform, synthesize_module)
    first = stack.apply(SETTINGS)
    token = stack.values()["TOKEN_V1"]
    assert len(token) == Generated().length
    state = (tmp_path / "stacks/small/terraform.tfstate").read_text()
    assert token not in state
    assert "db.shop.example" in state

    moved = ParameterStoreSettings(
        values={**SETTINGS.values, "DATABASE_HOST": "new.shop.example"},
        credentials=SETTINGS.credentials,
        entered=SETTINGS.entered,
    )
    second = stack.apply(moved)
    assert stack.values()["DATABASE_HOST"] == "new.shop.example"
    assert versions(second) != versions(first), "tasks would keep the old host"

    stack.ssm.put_parameter(
        Name="/shop-test/PAYMENT_KEY", Value="by-hand", Type="SecureString", Overwrite=True
    )
    third = stack.apply(moved)
    assert stack.values()["PAYMENT_KEY"] == "by-hand"
    # What people entered, and nothing else: the rest is in the replica of the secret.
    assert stack.values(stack.away) == {"PAYMENT_KEY": "by-hand"}
    assert "by-hand" not in (tmp_path / "stacks/small/terraform.tfstate").read_text()
    assert versions(third) != versions(second), "tasks would keep the placeholder"

    fourth = stack.apply(moved, version=2)
    after = stack.values()
    assert after["TOKEN_V1"] == token
    assert after["TOKEN_V2"] not in ("", token)
    assert fourth["secrets"]["TOKEN"].endswith("/TOKEN_V2")
