"""GuardDuty's detectors and their features. Pages named without a book are of its API Reference."""

from __future__ import annotations

from typing import Any

from moto.guardduty.exceptions import GuardDutyException
from moto.guardduty.models import Detector, GuardDutyBackend

from aws_emulator.moto_patches import Patch

Json = dict[str, Any]
# GuardDuty user guide, "GuardDuty features": what a new detector has without being asked.
_BY_ITSELF = (
    "S3_DATA_EVENTS",
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
)
# "GuardDuty foundational data sources": always on.
_ALWAYS = ("CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS")


class _ExistsError(GuardDutyException):
    code = 400

    def __init__(self) -> None:
        super().__init__(
            "BadRequestException",
            "The request is rejected because a detector already exists for the current account.",
        )


class CreateDetector(Patch, of=GuardDutyBackend):
    """CreateDetector: "You can have only one detector per account per Region"; moto makes many."""

    def create_detector(self: Any, *given: Any, **named: Any) -> Any:
        """The first one."""
        if self.detectors:
            raise _ExistsError
        return CreateDetector.moto.create_detector(self, *given, **named)


class UpdateDetector(Patch, of=Detector):
    """UpdateDetector changes the features that are named; GetDetector shows each with its status.

    moto forgets those that are not named, and knows none of what a new detector has by itself.
    """

    def update(self: Any, enable: Any, frequency: Any, data_sources: Any, features: Any) -> None:
        """Features by their names."""
        merged = None
        if features is not None:
            merged = list({one["name"]: one for one in (*self.features, *features)}.values())
        UpdateDetector.moto.update(self, enable, frequency, data_sources, merged)

    def to_json(self: Any) -> Json:
        """With every feature that is on by itself or was set."""
        by_itself = {one: {"name": one, "status": "ENABLED"} for one in (*_ALWAYS, *_BY_ITSELF)}
        features = {**by_itself, **{one["name"]: one for one in self.features}}
        s3 = {"status": features["S3_DATA_EVENTS"]["status"]}
        shown = UpdateDetector.moto.to_json(self)
        return {
            **shown,
            "features": list(features.values()),
            "dataSources": {**shown["dataSources"], "s3Logs": s3},
        }
