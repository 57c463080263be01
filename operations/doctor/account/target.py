"""The stack that is to be deployed, and the account that the credentials are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from modules.assumed_role import AssumedRole
from modules.terraform_json import blocks
from operations.doctor.deployment import client
from operations.synthesized.stack_json import StackJson

_MAKING = Lock()


@dataclass(frozen=True, kw_only=True)
class Target(StackJson):
    """A stack's JSON, and a boto3 session; None where there are no credentials."""

    stack: str
    session: Any

    @property
    def environment(self) -> str:
        """The name of the environment, by its tag; empty without one."""
        return str(self.default_tags.get("Environment", ""))

    @property
    def role(self) -> AssumedRole | None:
        """The role that the provider assumes."""
        found = blocks(self.provider.get("assume_role"))
        return AssumedRole(**found[0]) if found else None

    def client(self, service: str, region: str | None = None) -> Any:
        """A client in the stack's region, or another."""
        # The checks run at the same time, and a session of boto3 makes one client at a time.
        with _MAKING:
            return client(self.session, service, region or self.region)

    def is_own(self, tags: Iterable[Mapping[str, str]]) -> bool:
        """Whether a resource with these tags of the API belongs to the stack."""
        found = {tag["Key"]: tag["Value"] for tag in tags}
        return bool(self.own_tags) and self.own_tags.items() <= found.items()

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """Whose the credentials are: `Account` and `Arn`."""
        found: Mapping[str, str] = self.client("sts").get_caller_identity()
        return found

    def arn(self, service: str, resource: str, region: str) -> str:
        """The ARN of a resource in the account of the credentials; S3 has neither region nor account."""
        partition, account = self.identity["Arn"].split(":")[1], self.identity["Account"]
        place = ":" if service == "s3" else f"{region}:{account}"
        return f"arn:{partition}:{service}:{place}:{resource}"
