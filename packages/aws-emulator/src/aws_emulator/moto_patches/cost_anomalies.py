"""Cost Anomaly Detection and cost allocation tags, which moto lacks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.ce.models import CostExplorerBackend
from moto.ce.responses import CostExplorerResponse
from moto.core.exceptions import JsonRESTError

from aws_emulator.moto_patches import Patch


class State(Patch, of=CostExplorerBackend):
    """What the calls below keep and moto lacks, in the backend, which a reset replaces."""

    @property
    def monitors(self: Any) -> dict[str, dict[str, Any]]:
        """Anomaly monitors by ARN."""
        held: dict[str, dict[str, Any]] = vars(self).setdefault("held_monitors", {})
        return held

    @property
    def subscriptions(self: Any) -> dict[str, dict[str, Any]]:
        """Subscriptions of anomalies by ARN."""
        held: dict[str, dict[str, Any]] = vars(self).setdefault("held_subscriptions", {})
        return held

    @property
    def allocation_tags(self: Any) -> dict[str, str]:
        """Status by key of a tag."""
        held: dict[str, str] = vars(self).setdefault("held_allocation_tags", {})
        return held


def _refused(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)


def _known(kind: str, held: dict[str, Any], arn: str) -> Any:
    if arn not in held:
        raise JsonRESTError(f"Unknown{kind}Exception", f"{kind} {arn} does not exist.")
    return held[arn]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _new_arn(response: Any, kind: str) -> str:
    return f"arn:{response.partition}:ce::{response.current_account}:{kind}/{uuid4()}"


class CreateAnomalyMonitor(Patch, of=CostExplorerResponse):
    """CreateAnomalyMonitor and its siblings (AWS Billing and Cost Management API Reference).

    moto has none of them. Of an account's monitors one at most is DIMENSIONAL for a dimension:
    ValidationException, "Limit exceeded on dimensional spend monitor creation"
    (aws-cloudformation/cloudformation-coverage-roadmap, issue 2515).
    """

    def create_anomaly_monitor(self: Any) -> str:
        """Create a monitor."""
        monitor, backend = self._get_param("AnomalyMonitor"), self.ce_backend
        dimension = monitor.get("MonitorDimension")
        if (monitor["MonitorType"] == "DIMENSIONAL") != bool(dimension):
            raise _refused("A DIMENSIONAL monitor has a MonitorDimension, a CUSTOM one has none.")
        if bool(dimension) == bool(monitor.get("MonitorSpecification")):
            raise _refused("A monitor has either a MonitorDimension or a MonitorSpecification.")
        if dimension and dimension in {one.get("MonitorDimension") for one in backend.monitors.values()}:
            raise _refused("Limit exceeded on dimensional spend monitor creation")
        arn = _new_arn(self, "anomalymonitor")
        times = {"CreationDate": _now(), "LastUpdatedDate": _now()}
        backend.monitors[arn] = {**monitor, "MonitorArn": arn, **times}
        backend.tag_resource(arn, self._get_param("ResourceTags") or [])
        return json.dumps({"MonitorArn": arn})

    def get_anomaly_monitors(self: Any) -> str:
        """Some monitors, or all."""
        held = self.ce_backend.monitors
        wanted = self._get_param("MonitorArnList") or list(held)
        return json.dumps({"AnomalyMonitors": [_known("Monitor", held, arn) for arn in wanted]})

    def update_anomaly_monitor(self: Any) -> str:
        """Rename a monitor."""
        arn = self._get_param("MonitorArn")
        monitor = _known("Monitor", self.ce_backend.monitors, arn)
        monitor["MonitorName"] = self._get_param("MonitorName") or monitor["MonitorName"]
        return json.dumps({"MonitorArn": arn})

    def delete_anomaly_monitor(self: Any) -> str:
        """Delete a monitor; subscriptions lose it."""
        arn, backend = self._get_param("MonitorArn"), self.ce_backend
        _known("Monitor", backend.monitors, arn)
        del backend.monitors[arn]
        for one in backend.subscriptions.values():
            one["MonitorArnList"] = [kept for kept in one["MonitorArnList"] if kept != arn]
        return "{}"


def _check(response: Any, subscription: dict[str, Any]) -> None:
    for arn in subscription["MonitorArnList"]:
        _known("Monitor", response.ce_backend.monitors, arn)
    kinds = [one["Type"] for one in subscription["Subscribers"]]
    # AWS Cost Management user guide, "Getting started with AWS Cost Anomaly Detection".
    if subscription["Frequency"] == "IMMEDIATE" and kinds != ["SNS"]:
        raise _refused("An IMMEDIATE subscription has one SNS subscriber.")
    if subscription["Frequency"] != "IMMEDIATE" and ("SNS" in kinds or len(kinds) > 10):
        raise _refused("A DAILY or WEEKLY subscription has at most 10 EMAIL subscribers.")
    if ("Threshold" in subscription) == ("ThresholdExpression" in subscription):
        raise _refused("A subscription has either a Threshold or a ThresholdExpression.")


class CreateAnomalySubscription(Patch, of=CostExplorerResponse):
    """CreateAnomalySubscription and its siblings (AWS Billing and Cost Management API Reference): "You can
    specify either Threshold or ThresholdExpression, but not both"; IMMEDIATE is for topics, the others for
    addresses. moto has none of them.
    """

    def create_anomaly_subscription(self: Any) -> str:
        """Create a subscription."""
        subscription = self._get_param("AnomalySubscription")
        _check(self, subscription)
        arn = _new_arn(self, "anomalysubscription")
        subscribers = [{"Status": "CONFIRMED", **one} for one in subscription["Subscribers"]]
        self.ce_backend.subscriptions[arn] = {
            **subscription,
            "Subscribers": subscribers,
            "SubscriptionArn": arn,
            "AccountId": self.current_account,
        }
        self.ce_backend.tag_resource(arn, self._get_param("ResourceTags") or [])
        return json.dumps({"SubscriptionArn": arn})

    def get_anomaly_subscriptions(self: Any) -> str:
        """Some subscriptions, or all."""
        held = self.ce_backend.subscriptions
        wanted = self._get_param("SubscriptionArnList") or list(held)
        found = [_known("Subscription", held, arn) for arn in wanted]
        return json.dumps({"AnomalySubscriptions": found})

    def update_anomaly_subscription(self: Any) -> str:
        """Change what is given."""
        arn = self._get_param("SubscriptionArn")
        held = _known("Subscription", self.ce_backend.subscriptions, arn)
        names = ("Frequency", "MonitorArnList", "Subscribers", "SubscriptionName", "ThresholdExpression")
        given = {name: value for name in names if (value := self._get_param(name)) is not None}
        _check(self, {**held, **given})
        held.update(given)
        return json.dumps({"SubscriptionArn": arn})

    def delete_anomaly_subscription(self: Any) -> str:
        """Delete a subscription."""
        arn = self._get_param("SubscriptionArn")
        _known("Subscription", self.ce_backend.subscriptions, arn)
        del self.ce_backend.subscriptions[arn]
        return "{}"


class UpdateCostAllocationTagsStatus(Patch, of=CostExplorerResponse):
    """UpdateCostAllocationTagsStatus and ListCostAllocationTags (AWS Billing and Cost Management API
    Reference).

    moto has neither. AWS knows a key up to a day after it was first used; here every key was.
    """

    def update_cost_allocation_tags_status(self: Any) -> str:
        """Activate or deactivate keys, 20 at most."""
        wanted = self._get_param("CostAllocationTagsStatus")
        self.ce_backend.allocation_tags.update({one["TagKey"]: one["Status"] for one in wanted})
        return json.dumps({"Errors": []})

    def list_cost_allocation_tags(self: Any) -> str:
        """The keys, some or all, with their status."""
        status, keys = self._get_param("Status"), self._get_param("TagKeys")
        found = [
            {
                "TagKey": key,
                "Type": "AWSGenerated" if key.startswith("aws:") else "UserDefined",
                "Status": one,
            }
            for key, one in self.ce_backend.allocation_tags.items()
            if status in (None, one) and (keys is None or key in keys)
        ]
        return json.dumps({"CostAllocationTags": found})
