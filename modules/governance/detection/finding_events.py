"""Findings and logins that people are told of, as events. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...monitoring.monitored import EventRule, Monitored

# GuardDuty user guide, "Findings severity levels": high from 7, critical from 9.
_HIGH = 7
# Calls that end what is recorded or checked, by the source of their events.
_ENDING: Mapping[str, tuple[str, ...]] = {
    "cloudtrail.amazonaws.com": ("DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"),
    "config.amazonaws.com": (
        "DeleteConfigurationRecorder",
        "DeleteDeliveryChannel",
        "PutConfigurationRecorder",
        "StopConfigurationRecorder",
    ),
    "guardduty.amazonaws.com": ("CreateFilter", "DeleteDetector", "UpdateDetector"),
    "securityhub.amazonaws.com": ("BatchDisableStandards", "DisableSecurityHub"),
    "access-analyzer.amazonaws.com": ("CreateArchiveRule", "DeleteAnalyzer"),
    "s3.amazonaws.com": ("DeleteAccountPublicAccessBlock", "PutBucketObjectLockConfiguration"),
}


def events_of_findings(*, guard_duty: bool, security_hub: bool, access_analyzer: bool) -> Monitored:
    """Events of one region that people are told of: always the root user's, and an end of what is recorded.

    Root logins happen in us-east-1, whichever region they are for (AWS CloudTrail user guide, "AWS Management
    Console sign-in events"), so that region needs a stack of the account too.
    """
    rules = [_root(), _ending()]
    rules += [_guard_duty()] if guard_duty else []
    rules += [_security_hub()] if security_hub else []
    rules += [_access_analyzer()] if access_analyzer else []
    return Monitored(
        key="findings", title="Findings", group="overview", widgets=(), alarms=(), events=tuple(rules)
    )


def _root() -> EventRule:
    return EventRule(
        key="root",
        severity="critical",
        pattern={
            "detail-type": ["AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"],
            "detail": {
                "userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]},
                "eventType": [{"anything-but": ["AwsServiceEvent"]}],
            },
        },
        message="$.detail.eventName",
        description="The root user of the account was used. Nobody needs it for daily work: ask who it was, "
        "and if nobody says so, change its password and remove its sessions and keys.",
    )


def _ending() -> EventRule:
    return EventRule(
        key="recording-changed",
        severity="critical",
        pattern={
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "eventSource": list(_ENDING),
                "eventName": sorted({name for names in _ENDING.values() for name in names}),
            },
        },
        message="$.detail.eventName",
        description="What the account records or checks of itself was changed. An apply of its stack does "
        "that too; if nobody applied it, look in CloudTrail for who did, and apply the stack again.",
    )


def _guard_duty() -> EventRule:
    return EventRule(
        key="guard-duty",
        severity="critical",
        pattern={
            "source": ["aws.guardduty"],
            "detail-type": ["GuardDuty Finding"],
            "detail": {"severity": [{"numeric": [">=", _HIGH]}]},
        },
        message="$.detail.title",
        description="GuardDuty has a finding of high severity. Open it in its console: it names the "
        "resource, what was seen and what to do; take credentials that leaked out of use first.",
    )


def _security_hub() -> EventRule:
    finding: dict[str, Any] = {
        "Severity": {"Label": ["CRITICAL", "HIGH"]},
        "Workflow": {"Status": ["NEW"]},
        "RecordState": ["ACTIVE"],
        # GuardDuty and Access Analyzer have rules of their own; Security Hub repeats what they find.
        "ProductName": [{"anything-but": ["GuardDuty", "IAM Access Analyzer"]}],
        "Compliance": {"Status": [{"anything-but": ["PASSED"]}]},
    }
    return EventRule(
        key="security-hub",
        severity="warning",
        pattern={
            "source": ["aws.securityhub"],
            "detail-type": ["Security Hub Findings - Imported"],
            "detail": {"findings": finding},
        },
        message="$.detail.findings[0].Title",
        description="A control of Security Hub fails. Mend the resource; what is accepted set to SUPPRESSED "
        "with a note, what is being done to NOTIFIED, else it is told again at the next check.",
    )


def _access_analyzer() -> EventRule:
    return EventRule(
        key="access-analyzer",
        severity="warning",
        pattern={
            "source": ["aws.access-analyzer"],
            "detail-type": ["Access Analyzer Finding"],
            "detail": {"status": ["ACTIVE"], "isDeleted": [False]},
        },
        message="$.detail.resource",
        description="Somebody outside the account can reach this resource. Archive the finding if that is "
        "meant, such as the roles of GitHub; else take the access away.",
    )
