"""Security Hub's settings and standards. Pages named without a book are of its API Reference."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.securityhub import urls
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse
from moto.utilities.utils import get_partition

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
# AWS Security Hub user guide, "Security Hub CSPM standards reference", by the end of their ARNs.
STANDARDS = (
    "ruleset/cis-aws-foundations-benchmark/v/1.2.0",
    "standards/aws-foundational-security-best-practices/v/1.0.0",
    "standards/aws-resource-tagging-standard/v/1.0.0",
    "standards/cis-aws-foundations-benchmark/v/1.4.0",
    "standards/cis-aws-foundations-benchmark/v/3.0.0",
    "standards/cis-aws-foundations-benchmark/v/5.0.0",
    "standards/nist-800-171/v/2.0.0",
    "standards/nist-800-53/v/5.0.0",
    "standards/pci-dss/v/3.2.1",
    "standards/pci-dss/v/4.0.1",
)
_ARN = re.compile(r"arn:[a-z-]+:securityhub:(?P<region>[a-z0-9-]*)::(?P<standard>.+)")
_PATHS = ("/standards$", "/standards/register$", "/standards/get$", "/standards/deregister$")


class _InvalidInputError(JsonRESTError):
    def __init__(self, message: str) -> None:
        super().__init__("InvalidInputException", message)


class _NotSubscribedError(JsonRESTError):
    code = 401

    def __init__(self, account: str) -> None:
        super().__init__("InvalidAccessException", f"Account {account} is not subscribed to AWS Security Hub")


class _ConflictError(JsonRESTError):
    code = 409

    def __init__(self) -> None:
        super().__init__("ResourceConflictException", "Account is already subscribed to Security Hub")


class EnableSecurityHub(Patch, of=SecurityHubBackend):
    """EnableSecurityHub refuses a second one, and with it goes what DescribeHub says and the standards.

    moto accepts a second one and forgets how controls are set.
    """

    def hub_settings(self: Any) -> Json:
        """How new controls and findings are set."""
        held: Json = self.__dict__.setdefault("settings_of_hub", {})
        return held

    def standards(self: Any) -> dict[str, Json]:
        """The subscriptions by their ARNs."""
        held: dict[str, Json] = self.__dict__.setdefault("subscribed_standards", {})
        return held

    def enable_security_hub(self: Any, *given: Any, **named: Any) -> Any:
        """A new one has the defaults."""
        if self.enabled:
            raise _ConflictError
        self.hub_settings().clear()
        self.standards().clear()
        return EnableSecurityHub.moto.enable_security_hub(self, *given, **named)

    def describe_hub(self: Any, hub_arn: str | None = None) -> Any:
        """As it was updated."""
        return {**EnableSecurityHub.moto.describe_hub(self, hub_arn), **self.hub_settings()}

    def subscribed(self: Any) -> dict[str, Json]:
        """The subscriptions of an account that has Security Hub."""
        if not self.enabled:
            raise _NotSubscribedError(self.account_id)
        found: dict[str, Json] = self.standards()
        return found


class BatchEnableStandards(Patch, of=SecurityHubResponse):
    """UpdateSecurityHubConfiguration, DescribeStandards, BatchEnableStandards, GetEnabledStandards and
    BatchDisableStandards; moto has none. A standard is ready at once.
    """

    @classmethod
    def apply(cls) -> None:
        """Let moto find the calls by their paths, too."""
        super().apply()
        urls.url_paths.update({f"{{0}}{path}": SecurityHubResponse.dispatch for path in _PATHS})

    def enable_security_hub(self: Any) -> str:
        """EnableSecurityHub, with the generator of findings that moto forgets."""
        answer: str = BatchEnableStandards.moto.enable_security_hub(self)
        if generator := self._get_param("ControlFindingGenerator"):
            self.securityhub_backend.hub_settings()["ControlFindingGenerator"] = generator
        return answer

    def update_security_hub_configuration(self: Any) -> str:
        """Change what is given."""
        self.securityhub_backend.subscribed()
        settings = self.securityhub_backend.hub_settings()
        for name in ("AutoEnableControls", "ControlFindingGenerator"):
            if (value := self._get_param(name)) is not None:
                settings[name] = value
        return "{}"

    def describe_standards(self: Any) -> str:
        """Every standard."""
        partition = get_partition(self.region)
        found = [
            {
                "StandardsArn": f"arn:{partition}:securityhub:{_place(one, self.region)}::{one}",
                "Name": one.split("/")[1],
            }
            for one in STANDARDS
        ]
        return json.dumps({"Standards": found})

    def batch_enable_standards(self: Any) -> str:
        """Subscribe; a standard that Security Hub has not in this region is refused."""
        made = []
        held = self.securityhub_backend.subscribed()
        for request in self._get_param("StandardsSubscriptionRequests"):
            arn = request["StandardsArn"]
            found = _ARN.fullmatch(arn)
            if (
                not found
                or found["standard"] not in STANDARDS
                or found["region"] != _place(found["standard"], self.region)
            ):
                raise _InvalidInputError(f"Invalid standards ARN: {arn}")
            end = found["standard"].partition("/")[2]
            place = f"{get_partition(self.region)}:securityhub:{self.region}:{self.current_account}"
            subscription = f"arn:{place}:subscription/{end}"
            held[subscription] = {
                "StandardsSubscriptionArn": subscription,
                "StandardsArn": arn,
                "StandardsInput": request.get("StandardsInput") or {},
                "StandardsStatus": "READY",
                "StandardsControlsUpdatable": "READY_FOR_UPDATES",
            }
            made.append(held[subscription])
        return json.dumps({"StandardsSubscriptions": made})

    def get_enabled_standards(self: Any) -> str:
        """Those of the ARNs asked for, else all."""
        held = self.securityhub_backend.subscribed()
        wanted = self._get_param("StandardsSubscriptionArns")
        found = [one for arn, one in held.items() if not wanted or arn in wanted]
        return json.dumps({"StandardsSubscriptions": found})

    def batch_disable_standards(self: Any) -> str:
        """Unsubscribe."""
        held = self.securityhub_backend.subscribed()
        wanted = self._get_param("StandardsSubscriptionArns")
        if unknown := [arn for arn in wanted if arn not in held]:
            raise _InvalidInputError(f"Not subscribed: {', '.join(unknown)}")
        gone = [{**held.pop(arn), "StandardsStatus": "DELETING"} for arn in wanted]
        return json.dumps({"StandardsSubscriptions": gone})


def _place(standard: str, region: str) -> str:
    """Only the oldest standard, a ruleset, has an ARN without a region."""
    return "" if standard.startswith("ruleset/") else region
