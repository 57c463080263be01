"""Replicas of secrets in a second region, and what the recovery stack there reads of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.naming import Naming
from modules.secrets.settings import Generated, SecretSettings

Json = dict[str, Any]
SETTINGS = SecretSettings(
    generated={"DATABASE_PASSWORD": Generated(version=2)}, entered=("PAYMENT_KEY",), protected=False
)
PRIMARY = Naming(product="shop", environment="test")
FOUND = "data.aws_secretsmanager_secrets.secret"


def primary(stack: Any, context: Any) -> None:
    """A stack whose secret has a replica."""
    from modules.resilience.recovery.key import RecoveryKey
    from modules.secrets.secret import EnvironmentSecret

    key = RecoveryKey(stack, "recovery-key", context=context, region="eu-central-1")
    EnvironmentSecret(stack, "secret", context=context, settings=SETTINGS, replica_key=key)


@pytest.fixture
def recovery(synthesize_module: Callable[..., Json]) -> Callable[..., Json]:
    """`recovery(use)` gives the JSON of a stack in the second region, and calls `use(stack, secret)`."""

    def synthesize(use: Callable[[Any, Any], None]) -> Json:
        def build(stack: Any, context: Any) -> None:
            from modules.secrets.replica import ReplicatedSecret

            secret = ReplicatedSecret(stack, "secret", context=context, primary=PRIMARY, settings=SETTINGS)
            use(stack, secret)

        return synthesize_module(build, region="eu-central-1", standby=True)

    return synthesize


def test_the_replica_is_encrypted_with_a_key_of_its_region(synthesize_module: Callable[..., Json]) -> None:
    stack = synthesize_module(primary)
    (secret,) = stack["resource"]["aws_secretsmanager_secret"].values()
    key = "aws_kms_key.recovery-key"
    assert secret["replica"] == [{"kms_key_id": f"${{{key}.arn}}", "region": "eu-central-1"}]
    there = stack["resource"]["aws_kms_key"]["recovery-key"]
    assert there["provider"] == "aws.eu-central-1"
    assert there["lifecycle"]["prevent_destroy"] is True
    alias = next(one for one in stack["resource"]["aws_kms_alias"].values() if "provider" in one)
    assert (alias["name"], alias["provider"]) == ("alias/shop-test-recovery", "aws.eu-central-1")


def test_a_secret_has_no_replica_that_nobody_asked_for(synthesize_module: Callable[..., Json]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.secrets.secret import EnvironmentSecret

        EnvironmentSecret(stack, "secret", context=context, settings=SETTINGS)

    (secret,) = synthesize_module(build)["resource"]["aws_secretsmanager_secret"].values()
    assert "replica" not in secret


def test_the_key_is_in_another_region(synthesize_module: Callable[..., Json]) -> None:
    def build(stack: Any, context: Any) -> None:
        from modules.resilience.recovery.key import RecoveryKey

        RecoveryKey(stack, "recovery-key", context=context, region="eu-west-1")

    with pytest.raises(
        ProblemsError, match=r"got eu-west-1, the stack's own; allowed: another region; name one"
    ):
        synthesize_module(build)


def test_the_recovery_stack_finds_the_replica_and_creates_nothing(recovery: Callable[..., Json]) -> None:
    stack = recovery(lambda *_: None)
    # What the stack was deployed as is kept in its state.
    assert {*stack["resource"]} == {"terraform_data"}
    (found,) = stack["data"]["aws_secretsmanager_secrets"].values()
    assert found["filter"] == [{"name": "name", "values": ["shop-test-environment-"]}]
    (rule,) = found["lifecycle"]["postcondition"]
    assert rule["condition"] == "${length(self.arns) == 1}"
    assert "eu-central-1 needs one replica of the secret shop-test-environment-" in rule["error_message"]
    (alias,) = stack["data"]["aws_kms_alias"].values()
    assert alias["name"] == "alias/shop-test-recovery"
    # Neither asks another region.
    assert "provider" not in found
    assert "provider" not in alias


def test_services_refer_to_its_entries_as_to_those_of_the_primary(recovery: Callable[..., Json]) -> None:
    def use(stack: Any, secret: Any) -> None:
        from cdktf import TerraformOutput

        access = secret.access({"PASSWORD": "DATABASE_PASSWORD", "KEY": "PAYMENT_KEY"})
        reading, decrypting = access.execution_statements
        shown = {**access.secrets, "read": reading.resources, "key": decrypting.resources}
        for name, value in shown.items():
            TerraformOutput(stack, name, value=value, static_id=True)
        assert secret.version("DATABASE_PASSWORD") == 2

    arn = f"${{one({FOUND}.arns)}}"
    assert {name: one["value"] for name, one in recovery(use)["output"].items()} == {
        "PASSWORD": f"{arn}:DATABASE_PASSWORD_V2::",
        "KEY": f"{arn}:PAYMENT_KEY::",
        "read": [arn],
        "key": ["${data.aws_kms_alias.secret_key_BE676C8B.target_key_arn}"],
        "recovery_active": "${terraform_data.recovery-as-deployed.output}",
    }


def test_a_value_reaches_write_only_arguments(recovery: Callable[..., Json]) -> None:
    def use(stack: Any, secret: Any) -> None:
        from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

        SsmParameter(
            stack,
            "password",
            name="/password",
            type="SecureString",
            value_wo=secret.value("DATABASE_PASSWORD"),
            value_wo_version=secret.version("DATABASE_PASSWORD"),
            depends_on=[secret.written],
        )

    stack = recovery(use)
    (read,) = stack["ephemeral"]["aws_secretsmanager_secret_version"].values()
    assert read == {"count": "${var.read_secrets ? 1 : 0}", "secret_id": f"${{one({FOUND}.arns)}}"}
    parameter = stack["resource"]["aws_ssm_parameter"]["password"]
    assert '["DATABASE_PASSWORD_V2"]' in parameter["value_wo"]
    assert parameter["depends_on"] == [FOUND]


def test_an_unknown_entry_is_refused(recovery: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got 'OTHER'; allowed: DATABASE_PASSWORD, PAYMENT_KEY"):
        recovery(lambda _, secret: secret.reference("OTHER"))
