"""The stack that is to be deployed, and the account that the credentials are of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from modules.assumed_role import AssumedRole
from modules.pause.expressions import resolved
from modules.terraform_json import blocks
from operations.doctor.deployment import client

Json = Mapping[str, Any]
_MAKING = Lock()
# Of the default tags, those that tell one stack's resources from another's.
_OWN_TAGS = ("Project", "Application", "Environment")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A stack's JSON, and a boto3 session; None where there are no credentials."""

    stack: str
    document: Json
    session: Any
    paused: bool = False

    @property
    def region(self) -> str:
        """The region of the stack's default provider."""
        return str(self._provider["region"])

    @property
    def environment(self) -> str:
        """The name of the environment, by its tag; empty without one."""
        return str(self.default_tags.get("Environment", ""))

    @property
    def default_tags(self) -> Json:
        """The tags that every resource of the stack has."""
        found = blocks(self._provider.get("default_tags"))
        tags: Json = found[0].get("tags", {}) if found else {}
        return tags

    @property
    def allowed_accounts(self) -> list[str]:
        """The accounts that Terraform accepts; none stands for every account."""
        return list(self._provider.get("allowed_account_ids", ()))

    @property
    def role(self) -> AssumedRole | None:
        """The role that the provider assumes."""
        found = blocks(self._provider.get("assume_role"))
        return AssumedRole(**found[0]) if found else None

    def region_of(self, body: Json) -> str:
        """The region of a resource: that of its provider."""
        alias = str(body.get("provider", "aws")).partition(".")[2]
        found = [one for one in self._providers if one.get("alias", "") == alias]
        return str(found[0]["region"]) if found else self.region

    def resources(self, kind: str) -> Mapping[str, Json]:
        """The resources of a type, by name, as they are while the stack runs, or is `paused`."""
        named = self.document.get("resource", {}).get(kind, {})
        found: Mapping[str, Json] = {
            name: body for name, body in resolved(named, paused=self.paused).items() if body.get("count") != 0
        }
        return found

    def client(self, service: str, region: str | None = None) -> Any:
        """A client in the stack's region, or another."""
        # The checks run at the same time, and a session of boto3 makes one client at a time.
        with _MAKING:
            return client(self.session, service, region or self.region)

    def is_own(self, tags: Iterable[Mapping[str, str]]) -> bool:
        """Whether a resource with these tags of the API belongs to the stack."""
        found = {tag["Key"]: tag["Value"] for tag in tags}
        own = {name: value for name, value in self.default_tags.items() if name in _OWN_TAGS}
        return bool(own) and own.items() <= found.items()

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

    @property
    def _providers(self) -> list[Json]:
        return blocks(self.document["provider"]["aws"])

    @property
    def _provider(self) -> Json:
        return next(one for one in self._providers if "alias" not in one)
