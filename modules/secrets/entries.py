"""The entries of an environment's secret, as whoever uses them refers to them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping

from cdktf import ITerraformDependable, TerraformStack, TerraformVariable
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..iam.client_access import ClientAccess
from ..iam.policy import Statement
from ..regions import endpoint
from .settings import SecretSettings

# The variable of a stack that is false where a plan may read no secret.
READ_SECRETS = "read_secrets"


class SecretEntries(Construct):
    """A secret with the entries of `settings`: the environment's own, or its replica in a second region."""

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: SecretSettings) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._context = context
        self._path, self._stack = str(self.node.path), TerraformStack.of(self)
        self._reads = _reads_variable(self._stack)

    # Implementations cache both: each read creates another token, and equal statements must compare equal.
    @property
    @abstractmethod
    def arn(self) -> str:
        """The secret's ARN."""

    @property
    @abstractmethod
    def key_arn(self) -> str:
        """The ARN of the KMS key that encrypts it."""

    @property
    @abstractmethod
    def written(self) -> ITerraformDependable:
        """What has all entries, for `depends_on` of resources that read the secret."""

    @property
    @abstractmethod
    def _content(self) -> str:
        """The expression of its entries, which only write-only arguments take."""

    def reference(self, key: str) -> str:
        """An entry in the form of ECS's `valueFrom`, a generated one of its present version.

        Raises ProblemsError for an unknown key.
        """
        self.settings.check(key, where=f"{self._path} reference")
        return f"{self.arn}:{self.entries(key)[0]}::" if self._is_generated(key) else f"{self.arn}:{key}::"

    def entries(self, key: str) -> tuple[str, ...]:
        """The names of a generated entry's present version, and of the one before if there was one."""
        self.version(key)
        return self.settings.generated[key].entries(key)

    def value(self, key: str) -> str:
        """The value of a generated entry, for write-only arguments: Terraform refuses it elsewhere."""
        return self.entry_value(self.entries(key)[0])

    def entry_value(self, entry: str) -> str:
        """The same of one of its `entries`, such as the version before."""
        # The plan that adds an entry reads the secret without it; the apply reads it with the entry.
        # A plan that reads nothing has an empty value, which AWS refuses where something is to be created.
        value = f'try({self._content}["{entry}"], null)'
        return f'${{{self._reads} ? {value} : ""}}'

    def parameter_value(self, scope: Construct, parameter: SsmParameter, name: str) -> str:
        """The value of a parameter of Systems Manager, for write-only arguments of `scope`.

        Whether a plan reads it is decided as for the secret (`read_secrets`).
        """
        path = "_".join((*str(scope.node.path).split("/")[1:], name))
        address = f"ephemeral.aws_ssm_parameter.{path}"
        count = f"${{{self._reads} ? 1 : 0}}"
        self._stack.add_override(address, {"count": count, "arn": parameter.arn})
        return f'${{{self._reads} ? {address}[0].value : ""}}'

    def version(self, key: str) -> int:
        """The version of a generated entry, for the `_wo_version` argument of a write-only argument."""
        self.settings.check(key, where=f"{self._path} version")
        if not self._is_generated(key):
            why = refusal(got=f"{key!r}, which people enter", allowed="a generated entry", fix="generate it")
            raise ProblemsError.one(f"{self._path} version", why)
        return self.settings.generated[key].version

    def access(self, variables: Mapping[str, str]) -> ClientAccess:
        """Client access that injects entries into tasks: environment variable → key of the entry."""
        return ClientAccess(
            secrets={variable: self.reference(key) for variable, key in variables.items()},
            execution_statements=self.read_statements,
        )

    @property
    def read_statements(self) -> tuple[Statement, ...]:
        """Permissions to read this secret. IAM can't restrict access to single entries."""
        return read_statements(self._context, self.arn, self.key_arn)

    def _is_generated(self, key: str) -> bool:
        return key in self.settings.generated

    def _read(self, name: str, arguments: Mapping[str, object]) -> str:
        count = {"count": f"${{{self._reads} ? 1 : 0}}"}
        ephemeral = self._ephemeral("aws_secretsmanager_secret_version", name, {**count, **arguments})
        return f'jsondecode({self._reads} ? {ephemeral}[0].secret_string : "{{}}")'

    def _ephemeral(self, kind: str, name: str, arguments: Mapping[str, object]) -> str:
        """An ephemeral resource, which CDKTF has no class for. Returns its address."""
        path = "_".join((*self._path.split("/")[1:], name))
        self._stack.add_override(f"ephemeral.{kind}.{path}", arguments)
        return f"ephemeral.{kind}.{path}"


def read_statements(context: Context, secret_arn: str, key_arn: str) -> tuple[Statement, ...]:
    """Permissions to read a secret that a customer managed key encrypts."""
    via = endpoint("secretsmanager", context.region)
    return (
        Statement(actions=["secretsmanager:GetSecretValue"], resources=[secret_arn]),
        Statement(
            actions=["kms:Decrypt"],
            resources=[key_arn],
            conditions={"StringEquals": {"kms:ViaService": via}},
        ),
    )


def _reads_variable(stack: TerraformStack) -> str:
    """`var.read_secrets`, once in a stack."""
    if stack.node.try_find_child(READ_SECRETS) is None:
        TerraformVariable(
            stack,
            READ_SECRETS,
            type="bool",
            default=True,
            description="Whether the plan reads the environment's secret. A plan that doesn't, such as that "
            "of a pull request, shows the same changes; it can't be applied when the secret changes.",
        )
    return f"var.{READ_SECRETS}"
