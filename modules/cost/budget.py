"""A budget of an environment or an account."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.budgets_budget import (
    BudgetsBudget,
    BudgetsBudgetCostFilter,
    BudgetsBudgetNotification,
)
from constructs import Construct

from ..context import Context
from ..errors import ProblemsError, refusal
from ..naming import Limit
from .settings import BudgetSettings
from .topic import CostTopic


class Budget(Construct):
    """What may be spent in a month, by the environment's tag, with alarms by e-mail or `topic`.

    Creates: the budget with its notifications.

    Raises ProblemsError when nobody would be told, or the context has no tag of that key.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        settings: BudgetSettings,
        topic: CostTopic | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.settings = settings
        self._emails = list(settings.emails) or None
        self._topics = [topic.arn] if topic else None
        if not self._emails and not self._topics:
            why = refusal(got="no address, no topic", allowed="one of them", fix="set emails= or pass topic=")
            raise ProblemsError.one(f"{self.node.path} emails", why)
        BudgetsBudget(
            self,
            "Default",
            name=context.naming.of(Limit.BUDGET, "costs"),
            budget_type="COST",
            time_unit="MONTHLY",
            # As AWS gives it back, so that the plan shows no difference.
            limit_amount=f"{settings.monthly_usd:.10g}",
            limit_unit="USD",
            cost_filter=self._filters(context),
            notification=[
                *(self._notification("ACTUAL", share) for share in settings.actual_percent),
                *(self._notification("FORECASTED", share) for share in settings.forecast_percent),
            ],
            depends_on=[topic.policy] if topic else None,
        )

    def _filters(self, context: Context) -> list[BudgetsBudgetCostFilter] | None:
        tag = self.settings.tag
        if tag is None:
            return None
        if tag not in context.tags.values:
            allowed = f"{', '.join(context.tags.values)}, or None for the whole account"
            why = refusal(got=repr(tag), allowed=allowed, fix="name a tag of the environment")
            raise ProblemsError.one(f"{self.node.path} tag", why)
        # AWS Budgets API: "user:Key$value" are tags of users, "aws:…" those of AWS.
        return [
            BudgetsBudgetCostFilter(name="TagKeyValue", values=[f"user:{tag}${context.tags.values[tag]}"])
        ]

    def _notification(self, kind: str, percent: int) -> BudgetsBudgetNotification:
        return BudgetsBudgetNotification(
            comparison_operator="GREATER_THAN",
            notification_type=kind,
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_email_addresses=self._emails,
            subscriber_sns_topic_arns=self._topics,
        )
