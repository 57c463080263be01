"""What settings of governance refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from modules.errors import ProblemsError
from modules.governance.defaults.settings import ServiceLinkedRoleSettings
from modules.governance.detection.settings import GuardDutySettings, SecurityHubSettings
from modules.governance.recording.config_rules import REVIEWED, ManagedRule
from modules.governance.recording.settings import ConfigSettings, TrailSettings
from modules.storage.bucket.settings import BucketSettings, LifecycleRule

CIS = "cis-aws-foundations-benchmark/v/5.0.0"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            lambda: TrailSettings(locked_days=365, keep_days=90),
            "TrailSettings.keep_days: got 90 days, locked for 365; allowed: as many as locked_days, or more",
        ),
        (lambda: ConfigSettings(rules=(*REVIEWED, REVIEWED[0])), "rules: got required-tags twice; allowed"),
        (lambda: ManagedRule(identifier="required-tags", reason="why"), "identifier: got 'required-tags'"),
        (lambda: ManagedRule(identifier="A_B", reason=" "), "ManagedRule.reason: got ' '; allowed: one line"),
        (
            lambda: GuardDutySettings(features=("S3_DATA_EVENTS", "S3_DATA_EVENTS")),
            "features: got ('S3_DATA_EVENTS', 'S3_DATA_EVENTS'); allowed: each one once",
        ),
        (lambda: SecurityHubSettings(standards=()), "standards: got (); allowed: at least one, each once"),
        (
            lambda: SecurityHubSettings(standards=("cis",)),
            "standards: got 'cis'; allowed: a name and version",
        ),
        (lambda: ServiceLinkedRoleSettings(services=("config",)), "services: got 'config'; allowed: princip"),
        (
            lambda: BucketSettings(locked_days=30, versioned=False),
            "locked_days: got a lock without versions; allowed: versioned=True",
        ),
        (
            lambda: BucketSettings(locked_days=30, lifecycle=(LifecycleRule(name="old", expire_days=7),)),
            "old: got expiry after 7 days, locked for 30; allowed: an expiry after the lock",
        ),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], Any], said: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        wrong()
    assert said in str(refused.value)


def test_what_ships_is_the_standard_of_cis() -> None:
    assert SecurityHubSettings().standards == (CIS,)
