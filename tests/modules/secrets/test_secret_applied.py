"""The secret applied: no value in state or plan, entered entries survive, one entry rotates alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.errors import ProblemsError
from modules.secrets.settings import Generated, SecretSettings
from operations.terraform import Terraform

pytestmark = pytest.mark.emulator
REGION = "eu-west-1"
SETTINGS = SecretSettings(
    generated={"DATABASE_PASSWORD": Generated(), "TOKEN": Generated()}, entered=("URL",), protected=False
)


class Applied:
    """A stack with the secret and a reader of one of its values, applied as often as its settings change."""

    def __init__(
        self,
        directory: Path,
        emulator: Emulator,
        terraform_in: Callable[..., Terraform],
        synthesize: Callable[..., Any],
    ) -> None:
        self.directory = directory / "stacks/small"
        self._terraform_in = terraform_in
        self.terraform = terraform_in(self.directory)
        self.client = emulator.client("secretsmanager", REGION)
        self.parameters = emulator.client("ssm", REGION)
        self._log = emulator.log
        self._output, self._synthesize = directory, synthesize

    def apply(self, settings: SecretSettings) -> list[str]:
        """Apply, and return what no file may hold."""
        self.synthesize(settings)
        self.terraform.init()
        self.terraform.apply(self.terraform.plan())
        assert self.terraform.plan(file="again").empty
        return [self.entries[entry] for key, one in settings.generated.items() for entry in one.entries(key)]

    def without_reading(self) -> Terraform:
        """Terraform as a pull request would run it."""
        return self._terraform_in(self.directory, TF_VAR_read_secrets="false")

    def synthesize(self, settings: SecretSettings) -> None:
        """Write the stack."""
        from modules.secrets.secret import EnvironmentSecret

        def build(stack: Any, context: Any) -> None:
            from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

            secret = EnvironmentSecret(stack, "secret", context=context, settings=settings)
            SsmParameter(
                stack,
                "reader",
                name="/reader",
                type="SecureString",
                value_wo=secret.value("TOKEN"),
                value_wo_version=secret.version("TOKEN"),
            )

        self._synthesize(build, self._output)

    @property
    def arn(self) -> str:
        (secret,) = self.client.list_secrets()["SecretList"]
        return str(secret["ARN"])

    @property
    def entries(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.client.get_secret_value(SecretId=self.arn)["SecretString"])
        return found

    @property
    def read(self) -> str:
        parameter = self.parameters.get_parameter(Name="/reader", WithDecryption=True)["Parameter"]
        return str(parameter["Value"])

    def calls_of(self, plan: Callable[[], object]) -> set[str]:
        """The calls that a plan makes, by the emulator's own log."""
        before = len(self._log.read_text().splitlines())
        plan()
        return {line.split()[2] for line in self._log.read_text().splitlines()[before:]}

    def enter(self, key: str, value: str) -> None:
        self.client.put_secret_value(SecretId=self.arn, SecretString=json.dumps({**self.entries, key: value}))


def test_a_secret_through_its_life(
    emulator: Emulator,
    tmp_path: Path,
    small_terraform: Callable[..., Terraform],
    synthesize_module: Callable[..., Any],
) -> None:
    applied = Applied(tmp_path, emulator, small_terraform, synthesize_module)
    generated = applied.apply(SETTINGS)
    first = applied.entries
    assert [len(value) for value in generated] == [40, 40]
    assert first["URL"] == "to-be-entered"
    assert applied.read == first["TOKEN"] == first["TOKEN_V1"]

    # What people enter makes no difference to the plan.
    applied.enter("URL", "mongodb://entered")
    assert applied.terraform.plan().empty

    # An entry joins and another is rotated: the rest stays, and the reader gets what the secret holds.
    rotated = replace(
        SETTINGS,
        generated={"DATABASE_PASSWORD": Generated(), "TOKEN": Generated(version=2), "NEW": Generated()},
    )
    generated += applied.apply(rotated)
    second = applied.entries
    assert second["URL"] == "mongodb://entered"
    assert second["DATABASE_PASSWORD"] == first["DATABASE_PASSWORD"]
    assert second["TOKEN"] != first["TOKEN"]
    assert len(second["NEW"]) == 40
    assert applied.read == second["TOKEN"] == second["TOKEN_V2"]
    # Tasks that run with the version before can still start.
    assert second["TOKEN_V1"] == first["TOKEN"]

    # A plan that reads no secret shows no other changes, and can't be applied where it would lose values.
    # Refreshing reads each version, even one that Terraform only writes; the plan of a pull request doesn't.
    blind = applied.without_reading()
    assert "GetSecretValue" in applied.calls_of(lambda: blind.plan())
    asked = applied.calls_of(lambda: blind.plan(refresh=False, lock=False))
    # New passwords are made up at each plan; one that isn't applied writes them nowhere.
    assert asked == {"GetCallerIdentity", "GetRandomPassword"}
    assert blind.plan(refresh=False, lock=False).empty
    applied.synthesize(replace(rotated, entered=("URL", "MORE")))
    with pytest.raises(ProblemsError):
        blind.apply(blind.plan())
    assert applied.entries == second

    # An entry that nobody defines any more stays, for tasks of an earlier revision.
    generated += applied.apply(replace(rotated, generated={"TOKEN": Generated(version=2)}))
    assert applied.entries["DATABASE_PASSWORD"] == first["DATABASE_PASSWORD"]
    assert applied.entries["TOKEN"] == second["TOKEN"]

    # No value is in any file: synthesized JSON, state and its backup, nor in a plan.
    kept = [path for path in applied.directory.glob("*") if path.is_file() and path.name != "plan"]
    assert {"cdk.tf.json", "terraform.tfstate", "terraform.tfstate.backup"} <= {path.name for path in kept}
    texts = [path.read_bytes() for path in kept] + [json.dumps(applied.terraform.show()).encode()]
    texts.append(json.dumps(applied.terraform.show(applied.terraform.plan())).encode())
    for value in {*generated, "mongodb://entered"}:
        assert not [text for text in texts if value.encode() in text]

    # A protected one survives a plan that would destroy it.
    applied.apply(replace(rotated, protected=True))
    with pytest.raises(ProblemsError, match="prevent_destroy"):
        applied.terraform.plan(destroy=True)
