"""E-mail subscriptions of alarms that nobody confirmed: their topics tell nobody."""

from __future__ import annotations

from collections.abc import Iterator

from operations.doctor.account.target import Target
from operations.doctor.findings import Finding, ok, warning

# What Amazon SNS shows instead of an ARN: API ListSubscriptionsByTopic.
_PENDING = ("PendingConfirmation", "Deleted")


def findings(target: Target) -> Iterator[Finding]:
    """A finding for each address that has not confirmed; topics that are not created yet have none."""
    confirmed, pending, absent = 0, 0, 0
    for topic in target.resources("aws_sns_topic").values():
        region = target.region_of(topic)
        sns = target.client("sns", region)
        arn = target.arn("sns", topic["name"], region)
        try:
            pages = list(sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn))
        except sns.exceptions.NotFoundException:
            absent += 1
            continue
        for one in (one for page in pages for one in page["Subscriptions"]):
            if one["SubscriptionArn"] not in _PENDING:
                confirmed += 1
                continue
            pending += 1
            again = f"aws sns subscribe --region {region} --topic-arn {arn} --protocol {one['Protocol']}"
            yield warning(
                f"{one['Endpoint']} has not confirmed {topic['name']} in {region}",
                "open the link in its mail; to send it again: "
                f"{again} --notification-endpoint {one['Endpoint']}",
            )
    if not pending:
        yield ok(f"{confirmed} confirmed" + (f"; {absent} topics are not created yet" if absent else ""))
