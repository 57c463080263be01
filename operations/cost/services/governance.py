"""CloudTrail, AWS Config, GuardDuty, Security Hub: by what an account does, which no JSON says."""

from __future__ import annotations

from collections.abc import Iterator

from modules.terraform_json import blocks
from operations.cost.lines import Item
from operations.cost.view import View


def trails(view: View) -> Iterator[Item]:
    """Data events; the first trail's management events are free."""
    for one in view.resources("aws_cloudtrail").values():
        events = view.usage.audited.data_thousand_events * 1000
        yield view.item("CloudTrail", one, "trail-data-event", events, usage=True)


def recorders(view: View) -> Iterator[Item]:
    """What is recorded, once a day or at each change, and evaluations of rules."""
    for one in view.resources("aws_config_configuration_recorder").values():
        (mode,) = blocks(one.body.get("recording_mode")) or [{}]
        daily = mode.get("recording_frequency") == "DAILY"
        key = "config-item-daily" if daily else "config-item"
        yield view.item("Config", one, key, view.usage.audited.config_items, usage=True)
    for one in view.one("aws_config_config_rule"):
        evaluations = view.usage.audited.config_evaluations
        yield view.item("Config", one, "config-evaluation", evaluations, usage=True)


def detectors(view: View) -> Iterator[Item]:
    """CloudTrail's events that GuardDuty looks at; flow logs and features have prices of their own."""
    for one in view.resources("aws_guardduty_detector").values():
        events = view.usage.audited.guard_duty_thousand_events * 1000
        yield view.item("GuardDuty", one, "guard-duty-event", events, usage=True)


def hubs(view: View) -> Iterator[Item]:
    """Checks of standards."""
    for one in view.resources("aws_securityhub_account").values():
        checks = view.usage.audited.security_hub_checks
        yield view.item("Security Hub", one, "security-hub-check", checks, usage=True)
