"""GuardDuty of an account in one region."""

from __future__ import annotations

from typing import get_args

from cdktf_cdktf_provider_aws.guardduty_detector import GuarddutyDetector
from cdktf_cdktf_provider_aws.guardduty_detector_feature import (
    GuarddutyDetectorFeature,
    GuarddutyDetectorFeatureAdditionalConfiguration,
)
from constructs import Construct

from ...context import Context
from .settings import Feature, GuardDutySettings

# The agent of RUNTIME_MONITORING in tasks of Fargate.
_AGENT = "ECS_FARGATE_AGENT_MANAGEMENT"


class GuardDuty(Construct):
    """The detector of threats in one region, which an account has once there.

    Creates: the detector, and each of its features as switched on or off.
    """

    def __init__(self, scope: Construct, id: str, *, context: Context, settings: GuardDutySettings) -> None:
        super().__init__(scope, id)
        detector = GuarddutyDetector(
            self,
            "Default",
            enable=True,
            finding_publishing_frequency="FIFTEEN_MINUTES",
            tags={"Name": context.naming.base},
        )
        for feature in get_args(Feature):
            on = feature in settings.features
            agent = GuarddutyDetectorFeatureAdditionalConfiguration(name=_AGENT, status="ENABLED")
            GuarddutyDetectorFeature(
                self,
                feature.lower().replace("_", "-"),
                detector_id=str(detector.id),
                name=feature,
                status="ENABLED" if on else "DISABLED",
                additional_configuration=[agent] if on and feature == "RUNTIME_MONITORING" else None,
            )
