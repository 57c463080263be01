"""Rules of EventBridge that run a function, such as a schedule."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.lambda_invocation import LambdaInvocation
from cdktf_cdktf_provider_aws.lambda_permission import LambdaPermission
from constructs import Construct

from ..context import Context
from ..naming import Limit
from .function import Function


def run_on_schedule(
    scope: Construct,
    *,
    context: Context,
    function: Function,
    name: str,
    description: str,
    expression: str,
    at_once: bool = False,
) -> CloudwatchEventRule:
    """Run a function at `rate(…)` or `cron(…)`, but not while the stack is paused; returns the rule.

    Creates, in `scope`: the rule, its target, the permission to invoke the function; with `at_once`, a first
    run, from which on an alarm can tell that one is missing.
    """
    rule = CloudwatchEventRule(
        scope,
        "schedule",
        name=context.naming.of(Limit.EVENT_RULE, name),
        description=description,
        schedule_expression=expression,
        state=context.pause.text("DISABLED", "ENABLED"),
    )
    invoke_by(scope, rule, function)
    if at_once:
        LambdaInvocation(scope, "first-run", function_name=function.arn, input='{"first":true}')
    return rule


def invoke_by(scope: Construct, rule: CloudwatchEventRule, function: Function) -> None:
    """Have a rule invoke a function. Creates, in `scope`: its target, the permission."""
    CloudwatchEventTarget(scope, "target", rule=rule.name, arn=function.arn)
    LambdaPermission(
        scope,
        "permission",
        action="lambda:InvokeFunction",
        function_name=function.arn,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
    )
