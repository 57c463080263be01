"""What a load balancer answers while its stack is paused."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionFixedResponse,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct

from ...context import Context
from ...pause.page import PAGE
from .listener_priorities import PAUSE_PRIORITY

# At which the page can be looked at while the stack runs.
PAGE_PATH = "/infrastructure-paused"


def create_pause_rule(scope: Construct, *, context: Context, listener_arn: str) -> LbListenerRule:
    """Create the listener rule that answers every request with 503 while the stack is paused.

    It always exists, for one path while the stack runs: Terraform can't order the removal of a rule, only its
    change, which comes before that of the services. A fixed response has no headers
    (Elastic Load Balancing API, FixedResponseActionConfig), so no Retry-After: the page itself asks again.
    """
    page = LbListenerRuleActionFixedResponse(content_type="text/html", message_body=PAGE, status_code="503")
    paths = LbListenerRuleConditionPathPattern(values=[context.pause.text("/*", PAGE_PATH)])
    return LbListenerRule(
        scope,
        "pause-rule",
        listener_arn=listener_arn,
        priority=PAUSE_PRIORITY,
        condition=[LbListenerRuleCondition(path_pattern=paths)],
        action=[LbListenerRuleAction(type="fixed-response", fixed_response=page)],
    )
