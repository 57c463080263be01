"""Traces: the group and the rules are the environment's own, the collector is the task's own; applied."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from aws_emulator import Emulator
from modules.compute.service.settings import ServiceSettings
from modules.errors import ProblemsError
from modules.monitoring.tracing.collector import collector
from modules.monitoring.tracing.settings import CollectorSettings, SamplingRule, TracingSettings
from operations.terraform import Terraform

REGION = "eu-west-1"
Json = dict[str, Any]
HEALTH = SamplingRule(name="health", priority=100, reservoir=0, rate=0, service="web", path="/health*")
SETTINGS = TracingSettings(services=("web", "worker"), rules=(HEALTH, SamplingRule(name="default")))


def traced(settings: TracingSettings, service: str = "web") -> Callable[[Any, Any], None]:
    """A stack with traces, and what a service is given."""

    def build(stack: Any, context: Any) -> None:
        from cdktf import TerraformOutput

        from modules.monitoring.tracing import Tracing

        access = Tracing(stack, "tracing", context=context, settings=settings).client_access(service)
        TerraformOutput(stack, "environment", value=access.environment, static_id=True)

    return build


def test_rules_and_group_are_about_the_environment_s_services(synthesize_module: Callable[..., Json]) -> None:
    made = synthesize_module(traced(SETTINGS))["resource"]
    (group,) = made["aws_xray_group"].values()
    assert group["filter_expression"] == 'service("shop-test-web") OR service("shop-test-worker")'
    rules = {one["rule_name"]: one for one in made["aws_xray_sampling_rule"].values()}
    assert {name: one["service_name"] for name, one in rules.items()} == {
        "shop-test-health": "shop-test-web",
        "shop-test-default": "shop-test-*",
    }


def test_a_service_sends_to_the_collector_of_its_task(synthesize_module: Callable[..., Json]) -> None:
    variables = synthesize_module(traced(SETTINGS))["output"]["environment"]["value"]
    configuration = json.loads(collector().environment["AOT_CONFIG_CONTENT"])
    receiver = configuration["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
    proxy = configuration["extensions"]["awsproxy"]["endpoint"]
    assert variables["OTEL_EXPORTER_OTLP_ENDPOINT"] == f"http://{receiver}"
    assert variables["OTEL_TRACES_SAMPLER_ARG"] == f"endpoint=http://{proxy}"
    assert variables["OTEL_SERVICE_NAME"] == "shop-test-web"


def test_the_collector_listens_to_its_task_alone_and_can_be_lost() -> None:
    sidecar = collector(CollectorSettings(memory=256))
    configuration = json.loads(sidecar.environment["AOT_CONFIG_CONTENT"])
    endpoints = [one["endpoint"] for one in configuration["extensions"].values()]
    endpoints += [one["endpoint"] for one in configuration["receivers"]["otlp"]["protocols"].values()]
    assert endpoints
    assert all(one.startswith("127.0.0.1:") for one in endpoints)
    assert not sidecar.essential
    assert not sidecar.ports
    assert configuration["processors"]["memory_limiter"]["limit_mib"] < 256
    # Whatever a pipeline names is defined.
    (pipeline,) = configuration["service"]["pipelines"].values()
    for kind in ("receivers", "processors", "exporters"):
        assert set(pipeline[kind]) <= configuration[kind].keys()
    # A service takes it as it is.
    assert ServiceSettings(name="web", cpu=256, memory=512, sidecars={"collector": sidecar})


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"services": ()}, "services: got"),
        ({"services": ("web", "web")}, "each once"),
        ({"services": ("web",), "rules": ()}, "rules: got"),
        (
            {"services": ("worker",), "rules": (HEALTH,)},
            "rules.health.service: got 'web'; allowed: worker or",
        ),
    ],
)
def test_what_traces_nothing_is_refused(given: Json, refused: str) -> None:
    with pytest.raises(ProblemsError) as raised:
        TracingSettings(**given)
    assert refused in str(raised.value)


@pytest.mark.parametrize("wrong", [{"rate": 1.5}, {"priority": 0}, {"name": "All"}])
def test_a_rule_that_x_ray_refuses_is_refused(wrong: Json) -> None:
    with pytest.raises(ProblemsError, match=f"SamplingRule.{next(iter(wrong))}"):
        SamplingRule(**{"name": "default", **wrong})


def test_a_service_that_is_not_traced_is_refused(synthesize_module: Callable[..., Json]) -> None:
    with pytest.raises(ProblemsError, match="got 'api'; allowed: web, worker"):
        synthesize_module(traced(SETTINGS, "api"))


@pytest.mark.emulator
def test_they_are_applied_changed_and_destroyed(
    emulator: Emulator, terraform: Terraform, tmp_path: Path, synthesize_module: Callable[..., Json]
) -> None:
    xray = emulator.client("xray", REGION)
    more = replace(SETTINGS, rules=(HEALTH, SamplingRule(name="default", rate=0.5)))
    for settings, rates in ((SETTINGS, {0, 0.05}), (more, {0, 0.5})):
        synthesize_module(traced(settings), tmp_path)
        terraform.init()
        terraform.apply()
        assert terraform.plan(file="again").empty
        records = xray.get_sampling_rules()["SamplingRuleRecords"]
        assert {one["SamplingRule"]["FixedRate"] for one in records} == rates
    terraform.destroy(refresh=False)
    assert xray.get_sampling_rules()["SamplingRuleRecords"] == []
