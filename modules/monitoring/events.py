"""Events of AWS that topics are told of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import (
    CloudwatchEventTarget,
    CloudwatchEventTargetInputTransformer,
)
from constructs import Construct

from ..context import Context
from ..naming import Limit
from .monitored import EventRule, Monitored, Severity


class Events(Construct):
    """Rules that publish events to topics, as a sentence.

    Creates: for each event of `watched`, the EventBridge rule and its target, the topic of its severity.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        watched: Sequence[Monitored],
        topic_arn: Callable[[Severity], str],
    ) -> None:
        super().__init__(scope, id)
        self._context = context
        for one in watched:
            for event in one.events:
                self._create(one.key, event, topic_arn(event.severity))

    def _create(self, owner: str, event: EventRule, topic_arn: str) -> None:
        name = f"{owner}-{event.key}"
        rule = CloudwatchEventRule(
            self,
            name,
            name=self._context.naming.of(Limit.EVENT_RULE, name),
            description=event.description[:512],  # EventBridge API: PutRule, Description
            event_pattern=json.dumps(event.pattern),
            tags=self._context.tags.override(Service=owner),
        )
        CloudwatchEventTarget(
            self,
            f"{name}-target",
            rule=rule.name,
            arn=topic_arn,
            input_transformer=CloudwatchEventTargetInputTransformer(
                input_paths={"what": "$.detail-type", "message": event.message, "time": "$.time"},
                input_template=f'"<what> at <time>: <message> {event.description}"',
            ),
        )
