"""An environment's parameters in Systems Manager Parameter Store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cdktf import Token
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...iam.client_access import ClientAccess
from ...iam.policy import Statement
from ...naming import Limit, Naming
from ...regions import endpoint
from ...resilience.recovery.key import RecoveryKey
from ..entries import SecretEntries
from ..secret import PLACEHOLDER
from .settings import ParameterStoreSettings

# The variable that changes with the content of the parameters, so that tasks are replaced.
VERSIONS = "PARAMETER_VERSIONS"


class ParameterStore(Construct):
    """Configuration and credentials under the path of an environment: `/booking-dev/DATABASE_HOST`.

    Creates: a String parameter for each value; a SecureString parameter for each version of a credential that
    tasks may use, and for what people enter, encrypted with the key of `secret`. Values of SecureStrings are
    write-only: they are in no JSON, plan or state. With `replica_key`, copies of what people enter in its
    region, as of each apply. In the recovery stack there, `primary` names the stack whose copies it takes;
    everything else it has of its own, from the replica of the secret.

    Raises ProblemsError when `secret` has no generated entry of a credential's name.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        secret: SecretEntries,
        settings: ParameterStoreSettings,
        replica_key: RecoveryKey | None = None,
        primary: Naming | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context, self._secret = context, secret
        entered = () if primary else settings.entered
        self._parameters = {
            **{name: self._create_value(name, value) for name, value in settings.values.items()},
            **{name: self._create_credential(name, key) for name, key in settings.credentials.items()},
            **{name: self._create_entered(name) for name in entered},
        }
        self._arns = {name: str(one.arn) for name, one in self._parameters.items()}
        if primary:
            self._arns |= {name: self._copied_arn(primary, name) for name in settings.entered}
        if replica_key:
            for name in entered:
                self._copy(name, replica_key)

    @property
    def path(self) -> str:
        """The path of the environment: `/booking-dev`."""
        return self._context.naming.path(Limit.PARAMETER, "")

    def access(self, *names: str) -> ClientAccess:
        """Client access that injects parameters into tasks as variables; all of them without `names`.

        The variable PARAMETER_VERSIONS changes with each of them, so that the apply after a change replaces
        the tasks. Raises ProblemsError for an unknown name.
        """
        arns = {name: self._arn_of(name) for name in names or self._arns}
        taken = {name: one for name, one in self._parameters.items() if name in arns}
        return ClientAccess(
            environment=self._versions(taken),
            secrets=arns,
            execution_statements=self._read_statements(arns),
        )

    def _versions(self, taken: Mapping[str, SsmParameter]) -> dict[str, str]:
        # A credential has its version in its name. AWS provider 5.100 knows the version of a plain value only
        # after the apply that changes it (resource aws_ssm_parameter, CustomizeDiff), but the value before.
        values = [f"{one.fqn}.insecure_value" for name, one in taken.items() if name in self.settings.values]
        entered = [f"${{{one.fqn}.version}}" for name, one in taken.items() if name in self.settings.entered]
        # Without quotes, which the JSON of container definitions would escape.
        hashed = [f"${{substr(sha256(jsonencode([{', '.join(values)}])), 0, 12)}}"] if values else []
        return {VERSIONS: ".".join((*hashed, *entered))} if hashed or entered else {}

    def _arn_of(self, name: str) -> str:
        if name not in self._arns:
            why = refusal(got=repr(name), allowed=", ".join(self._arns), fix="define it in its settings")
            raise ProblemsError.one(f"{self.node.path} access", why)
        return self._arns[name]

    def _read_statements(self, arns: Mapping[str, str]) -> tuple[Statement, ...]:
        encrypted = [arn for name, arn in arns.items() if name not in self.settings.values]
        reading = Statement(actions=["ssm:GetParameters"], resources=list(arns.values()))
        return (reading, self._decrypting(encrypted)) if encrypted else (reading,)

    def _decrypting(self, arns: Iterable[str]) -> Statement:
        # AWS Systems Manager user guide, "How Parameter Store uses AWS KMS": the encryption context.
        conditions = {
            "kms:ViaService": endpoint("ssm", self._context.region),
            "kms:EncryptionContext:PARAMETER_ARN": [*arns],
        }
        return Statement(
            actions=["kms:Decrypt"],
            resources=[self._secret.key_arn],
            conditions={"StringEquals": conditions},
        )

    def _name(self, name: str) -> str:
        return self._context.naming.path(Limit.PARAMETER, "", name)

    def _create_value(self, name: str, value: str) -> SsmParameter:
        return SsmParameter(self, _id(name), name=self._name(name), type="String", insecure_value=value)

    def _create_credential(self, name: str, key: str) -> SsmParameter:
        """The present version; the one before stays, with which old tasks still start."""
        version = self._secret.version(key)
        versions = [
            self._create_secure(f"{name}_V{number}", self._secret.entry_value(entry), version=number)
            for number, entry in zip((version, version - 1), self._secret.entries(key), strict=False)
        ]
        return versions[0]

    def _create_entered(self, name: str) -> SsmParameter:
        # Terraform doesn't read a write-only value, so that what people put stays.
        return self._create_secure(name, PLACEHOLDER, version=1)

    def _copy(self, name: str, key: RecoveryKey) -> None:
        """Copy what people entered to the key's region, under the same name, when it has another version."""
        own = self._parameters[name]
        SsmParameter(
            self,
            f"{_id(name)}-copy",
            name=self._name(name),
            type="SecureString",
            key_id=key.arn,
            value_wo=self._secret.parameter_value(self, own, _id(name)),
            value_wo_version=Token.as_number(own.get_number_attribute("version")),
            tags=self._context.tags.override(DataClassification="confidential"),
            provider=key.provider,
        )

    def _copied_arn(self, primary: Naming, name: str) -> str:
        path = primary.path(Limit.PARAMETER, "", name)
        return self._context.account.arn("ssm", f"parameter{path}")

    def _create_secure(self, name: str, value: str, *, version: int) -> SsmParameter:
        return SsmParameter(
            self,
            _id(name),
            name=self._name(name),
            type="SecureString",
            key_id=self._secret.key_arn,
            value_wo=value,
            value_wo_version=version,
            tags=self._context.tags.override(DataClassification="confidential"),
        )


def _id(name: str) -> str:
    return name.lower().replace("_", "-")
