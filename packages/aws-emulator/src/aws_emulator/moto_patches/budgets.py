"""Budgets with their notifications, subscribers and tags.

moto keeps what CreateBudget was given and never gives subscribers or tags back, and has no UpdateBudget, by
which Terraform couldn't read a budget that it had created.
"""

from __future__ import annotations

import json
from typing import Any

from moto.budgets.exceptions import NotFoundException
from moto.budgets.models import Budget, BudgetsBackend, Notification
from moto.budgets.responses import BudgetsResponse
from moto.core.exceptions import JsonRESTError
from moto.utilities.tagging_service import TaggingService

from aws_emulator.moto_patches import Patch

# AWS Budgets user guide, "Quotas and restrictions": of a notification, and of a budget.
_MOST_EMAILS, _MOST_TOPICS, _MOST_NOTIFICATIONS = 10, 1, 10


def _tagger(backend: Any) -> TaggingService:
    tagger: TaggingService = vars(backend).setdefault("_tagger", TaggingService("ResourceTags"))
    return tagger


def _arn(response: Any, name: str) -> str:
    return f"arn:{response.partition}:budgets::{response.current_account}:budget/{name}"


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two notifications are one: by these fields AWS tells them apart; a percentage if not said."""
    fields = {"NotificationType": None, "ComparisonOperator": None, "ThresholdType": "PERCENTAGE"}
    return float(one["Threshold"]) == float(other["Threshold"]) and all(
        one.get(name, default) == other.get(name, default) for name, default in fields.items()
    )


def _budget(backend: BudgetsBackend, account: str, name: str) -> Budget:
    found = backend.budgets[account].get(name)
    if found is None:
        raise NotFoundException(f"Unable to get budget: {name} - the budget doesn't exist.")
    return found


def _notification(response: Any) -> Notification:
    request = json.loads(response.body)
    budget = _budget(response.backend, request["AccountId"], request["BudgetName"])
    wanted = request.get("OldNotification") or request["Notification"]
    for one in budget.notifications:
        if _same(one.details, wanted):
            return one
    raise NotFoundException("Unable to get notification - the notification doesn't exist.")


def _check(subscribers: list[dict[str, str]]) -> None:
    kinds = [one["SubscriptionType"] for one in subscribers]
    for kind, most in (("EMAIL", _MOST_EMAILS), ("SNS", _MOST_TOPICS)):
        if kinds.count(kind) > most:
            raise JsonRESTError(
                "CreationLimitExceededException", f"Notification has more than {most} {kind} subscribers."
            )


class CreateBudget(Patch, of=BudgetsResponse):
    """CreateBudget (AWS Billing and Cost Management API Reference): has ResourceTags; at most ten
    notifications, each with one topic and ten addresses. moto drops the tags and counts nothing.
    """

    def create_budget(self: Any) -> str:
        """Create, then tag."""
        notifications = self._get_param("NotificationsWithSubscribers", [])
        for one in notifications:
            _check(one["Subscribers"])
        if len(notifications) > _MOST_NOTIFICATIONS:
            raise JsonRESTError("CreationLimitExceededException", "A budget has at most 10 notifications.")
        answer: str = CreateBudget.moto.create_budget(self)
        name = self._get_param("Budget")["BudgetName"]
        _tagger(self.backend).tag_resource(_arn(self, name), self._get_param("ResourceTags", []))
        return answer


class UpdateBudget(Patch, of=BudgetsResponse):
    """UpdateBudget (AWS Billing and Cost Management API Reference); moto lacks it."""

    def update_budget(self: Any) -> str:
        """Replace the budget, whose notifications stay."""
        new, account = self._get_param("NewBudget"), self._get_param("AccountId")
        before = _budget(self.backend, account, new["BudgetName"])
        after = Budget({"TimePeriod": before.budget["TimePeriod"], **new}, [])
        after.notifications = before.notifications
        self.backend.budgets[account][new["BudgetName"]] = after
        return "{}"


class DeleteBudget(Patch, of=BudgetsResponse):
    """DeleteBudget (AWS Billing and Cost Management API Reference): its tags go too; moto keeps none."""

    def delete_budget(self: Any) -> str:
        """Delete the tags with it."""
        answer: str = DeleteBudget.moto.delete_budget(self)
        _tagger(self.backend).delete_all_tags_for_resource(_arn(self, self._get_param("BudgetName")))
        return answer


class CreateNotification(Patch, of=BudgetsResponse):
    """CreateNotification and DeleteNotification (AWS Billing and Cost Management API Reference).

    A notification is found by its type, operator and threshold. moto compares every field, also the state,
    which AWS adds.
    """

    def create_notification(self: Any) -> str:
        """Refuse too many subscribers."""
        _check(self._get_param("Subscribers"))
        answer: str = CreateNotification.moto.create_notification(self)
        return answer

    def delete_notification(self: Any) -> str:
        """Delete the notification; one that isn't there is an error."""
        budget = _budget(self.backend, self._get_param("AccountId"), self._get_param("BudgetName"))
        budget.notifications.remove(_notification(self))
        return "{}"

    def update_notification(self: Any) -> str:
        """Replace it, with the subscribers that it has."""
        _notification(self).details = self._get_param("NewNotification")
        return "{}"


class DescribeSubscribersForNotification(Patch, of=BudgetsResponse):
    """DescribeSubscribersForNotification, CreateSubscriber and DeleteSubscriber (AWS Billing and Cost
    Management API Reference); moto has none of them.
    """

    def describe_subscribers_for_notification(self: Any) -> str:
        """The subscribers of a notification."""
        return json.dumps({"Subscribers": _notification(self).subscribers})

    def create_subscriber(self: Any) -> str:
        """Add one."""
        notification: Any = _notification(self)
        _check([*notification.subscribers, self._get_param("Subscriber")])
        notification.subscribers.append(self._get_param("Subscriber"))
        return "{}"

    def delete_subscriber(self: Any) -> str:
        """Remove one; one that isn't there is an error."""
        notification: Any = _notification(self)
        if self._get_param("Subscriber") not in notification.subscribers:
            raise NotFoundException("Unable to delete subscriber - the subscriber doesn't exist.")
        notification.subscribers.remove(self._get_param("Subscriber"))
        return "{}"


class TagResource(Patch, of=BudgetsResponse):
    """TagResource, UntagResource and ListTagsForResource (AWS Billing and Cost Management API Reference);
    moto has none of them.
    """

    def tag_resource(self: Any) -> str:
        """Add or replace tags."""
        _tagger(self.backend).tag_resource(
            self._get_param("ResourceARN"), self._get_param("ResourceTags", [])
        )
        return "{}"

    def untag_resource(self: Any) -> str:
        """Remove tags by their keys."""
        _tagger(self.backend).untag_resource_using_names(
            self._get_param("ResourceARN"), self._get_param("ResourceTagKeys")
        )
        return "{}"

    def list_tags_for_resource(self: Any) -> str:
        """The tags of a budget."""
        arn = self._get_param("ResourceARN")
        _budget(self.backend, self.current_account, arn.partition(":budget/")[2])
        return json.dumps(_tagger(self.backend).list_tags_for_resource(arn))
