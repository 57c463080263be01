"""Alarm plans: topics of alarms, suppression by causes, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.errors import ProblemsError
from modules.monitoring.alarm_plan import AlarmPlan
from modules.monitoring.metrics import Metric
from modules.monitoring.monitored import AlarmRule, Monitored
from modules.monitoring.settings import AlarmOverride, MonitoringSettings, TopicSettings

TOPIC = TopicSettings(emails=("team@example.com",))
BOTH = MonitoringSettings(critical=TOPIC, warning=TOPIC)


def rule(key: str, severity: Any = "critical", *, outage: bool = False, elsewhere: bool = False) -> AlarmRule:
    """An alarm on anything."""
    metric = Metric(
        namespace="Test",
        name=key,
        dimensions={},
        statistic="Sum",
        label=key,
        in_global_region=elsewhere,
    )
    return AlarmRule(
        key=key,
        severity=severity,
        series=metric,
        comparison=">",
        threshold=1,
        periods=1,
        missing_data="ignore",
        description="Look.",
        outage=outage,
    )


def thing(key: str, *alarms: AlarmRule) -> Monitored:
    """Anything with these alarms."""
    return Monitored(key=key, title=key, group="api", widgets=(), alarms=alarms)


API = thing("api", rule("latency"), rule("errors"), rule("cpu", "warning"))
DATABASE = thing("database", rule("failures", outage=True), rule("full", outage=True), rule("cpu", "warning"))
CACHE = thing("cache", rule("memory", "warning", outage=True))
SITE = thing("site", rule("errors", elsewhere=True))


def topics_of(plan: AlarmPlan) -> dict[str, str | None]:
    """The topic that each metric alarm notifies."""
    return {alarm.key: alarm.topic for alarm in plan.alarms}


def test_without_causes_every_alarm_notifies_its_topic() -> None:
    plan = AlarmPlan([API, DATABASE], BOTH)
    assert topics_of(plan) == {
        "api/latency": "critical",
        "api/errors": "critical",
        "api/cpu": "warning",
        "database/failures": "critical",
        "database/full": "critical",
        "database/cpu": "warning",
    }
    assert plan.composites == ()


@pytest.mark.parametrize(
    ("threshold", "size"),
    [
        (1000, "1,000 bytes"),
        (1024, "1 KiB"),
        (8 * 1024**3 // 20, "409.6 MiB"),
        (3 * 1024**3, "3 GiB"),
        (6553.6 * 1024**3, "6.4 TiB"),
    ],
)
def test_an_alarm_s_text_has_the_threshold_that_an_environment_overrides(threshold: float, size: str) -> None:
    described = replace(rule("memory"), description="Less than {size} for {minutes} minutes.")
    overrides = {"database/memory": AlarmOverride(threshold=threshold, periods=15)}
    plan = AlarmPlan([thing("database", described)], replace(BOTH, alarms=overrides))
    assert [one.rule.text for one in plan.alarms] == [f"Less than {size} for 15 minutes."]


def test_one_cause_rings_once_and_holds_back_what_it_explains() -> None:
    plan = AlarmPlan([API, DATABASE], BOTH, {"api": ["database"]})
    composites = {one.key: (one.children, one.topic, one.suppressor) for one in plan.composites}
    assert composites == {
        "database/outage": (("database/failures", "database/full"), "critical", None),
        "api/critical": (("api/latency", "api/errors"), "critical", "database/outage"),
        "api/warning": (("api/cpu",), "warning", "database/outage"),
    }
    # What is not an outage notifies by itself.
    assert {key for key, topic in topics_of(plan).items() if topic} == {"database/cpu"}


def test_several_causes_are_one_suppressor_without_actions() -> None:
    plan = AlarmPlan([API, DATABASE, CACHE], BOTH, {"api": ["database", "cache"]})
    (causes,) = [one for one in plan.composites if one.name == "causes"]
    assert (causes.children, causes.topic) == (("database/outage", "cache/outage"), None)
    assert {one.suppressor for one in plan.composites if one.name == "critical"} == {"api/causes"}
    assert {one.key: one.topic for one in plan.composites}["cache/outage"] == "warning"


def test_a_cause_may_have_a_cause() -> None:
    chain = {"api": ["cache"], "cache": ["database"]}
    plan = AlarmPlan([API, CACHE, DATABASE], BOTH, chain)
    keys = [one.key for one in plan.composites]
    assert keys.index("database/outage") < keys.index("cache/outage") < keys.index("api/critical")
    assert {one.key: one.suppressor for one in plan.composites}["cache/outage"] == "database/outage"


def test_overrides_change_turn_off_and_move() -> None:
    overrides = {
        "api/latency": AlarmOverride(threshold=3, periods=4, datapoints=2),
        "api/errors": AlarmOverride(enabled=False),
        "api/cpu": AlarmOverride(severity="critical"),
    }
    plan = AlarmPlan([API], replace(BOTH, alarms=overrides))
    latency, cpu = (alarm.rule for alarm in plan.alarms)
    assert (latency.threshold, latency.periods, latency.datapoints) == (3, 4, 2)
    assert (cpu.key, topics_of(plan)["api/cpu"]) == ("cpu", "critical")


def test_what_an_override_makes_impossible_is_refused() -> None:
    with pytest.raises(ProblemsError, match="got 5 of 1 periods"):
        AlarmPlan([API], replace(BOTH, alarms={"api/cpu": AlarmOverride(datapoints=5)}))


def test_an_alarm_without_a_topic_is_refused_by_name() -> None:
    with pytest.raises(ProblemsError) as refused:
        AlarmPlan([API], MonitoringSettings(critical=TOPIC))
    assert [problem.where for problem in refused.value.problems] == ["alarm api/cpu"]
    assert "got warning without a topic (topics: critical)" in str(refused.value)
    with pytest.raises(ProblemsError) as refused:
        AlarmPlan([API], MonitoringSettings())
    assert len(refused.value.problems) == 3
    off = {f"api/{key}": AlarmOverride(enabled=False) for key in ("latency", "errors", "cpu")}
    assert AlarmPlan([API], MonitoringSettings(alarms=off)).alarms == ()


@pytest.mark.parametrize(
    ("watched", "settings", "causes", "message"),
    [
        ([API, API], BOTH, None, "got api twice"),
        ([API, thing("api-errors", rule("x")), thing("api", rule("errors-x"))], BOTH, None, "errors-x twice"),
        (
            [API],
            replace(BOTH, alarms={"api/cup": AlarmOverride()}),
            None,
            "got 'api/cup'; allowed: api/latency",
        ),
        ([API], BOTH, {"api": ["database"]}, "got 'database'; allowed: api"),
        ([DATABASE], BOTH, {"api": ["database"]}, "got 'api'; allowed: database"),
        ([API, CACHE], BOTH, {"cache": ["api"]}, "got no outage alarm"),
        ([SITE, CACHE], BOTH, {"site": ["cache"]}, "got one in us-east-1"),
    ],
)
def test_what_no_plan_can_be_made_of_is_refused(
    watched: Any, settings: Any, causes: Any, message: str
) -> None:
    with pytest.raises(ProblemsError, match=message):
        AlarmPlan(watched, settings, causes)


def test_causes_in_a_circle_are_refused() -> None:
    with pytest.raises(ProblemsError, match="got a circle of cache, database"):
        AlarmPlan([CACHE, DATABASE], BOTH, {"cache": ["database"], "database": ["cache"]})


RULES = st.builds(
    rule,
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["critical", "warning"]),
    outage=st.booleans(),
)
THINGS = st.lists(st.lists(RULES, unique_by=lambda one: one.key, min_size=1), min_size=1, max_size=6)


@hypothesis.settings(deadline=None)
@given(THINGS, st.data())
def test_every_alarm_reaches_a_topic_by_itself_or_through_one_composite(
    drawn: list[list[AlarmRule]], data: st.DataObject
) -> None:
    things = [thing(f"thing{place}", *rules) for place, rules in enumerate(drawn)]
    causing = [one.key for one in things if any(alarm.outage for alarm in one.alarms)]
    causes = {
        one.key: data.draw(st.lists(st.sampled_from(earlier), unique=True))
        for place, one in enumerate(things)
        if (earlier := [key for key in causing if key in {other.key for other in things[:place]}])
    }
    settings = data.draw(st.sampled_from([BOTH, MonitoringSettings(warning=TOPIC)]))
    plan = AlarmPlan(things, settings, causes)
    notifying = [child for one in plan.composites if one.topic for child in one.children]
    for alarm in plan.alarms:
        assert (alarm.topic is not None) + notifying.count(alarm.key) == 1
    made: set[str] = {alarm.key for alarm in plan.alarms}
    for composite in plan.composites:  # each after what it refers to
        assert set(composite.children) <= made
        assert composite.suppressor is None or composite.suppressor in made
        made.add(composite.key)
