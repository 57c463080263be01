"""Every text and every number of a settings class is bounded, by its type or by a rule of the class."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import field
from importlib import import_module
from typing import Annotated, Any

import pytest
from pydantic import Field, PositiveInt

from modules.assumed_role import AssumedRole
from modules.compute.service.scaling_settings import ScheduledScaling
from modules.cost.settings import CostAnomalySettings, UnusedResourceSettings
from modules.databases.common.settings import ServerSettings
from modules.databases.logins.settings import LoginSettings
from modules.delivery.github.settings import GitHubSettings
from modules.delivery.terraform_cloud.settings import WorkspaceSettings
from modules.edge.load_balancer.listener_priorities import ListenerRule
from modules.edge.media.signed_access import _P_256, SignedAccess
from modules.errors import Problem
from modules.governance.recording.config_rules import ManagedRule
from modules.iam.policy import Statement
from modules.monitoring.metrics import Expression, Metric
from modules.secrets.parameter_store.settings import ParameterStoreSettings
from modules.secrets.settings import SecretSettings
from modules.settings import settings
from modules.values import Name
from stacks.account.settings import REPOSITORY, account_settings
from stacks.catalogue import PRODUCTS, catalogue
from tests.conventions.settings_values import TEXTS, accepted, instances, leaves, settings_classes

EMPTY, INVISIBLE, LONG = TEXTS
# Of ECS's task definition, at most 64 KiB in all: shell scripts, certificates, flags of programs.
_OF_A_TASK = (
    *("ContainerSettings.entry_point[]", "ContainerSettings.command[]", "ContainerSettings.labels{value}"),
    *("ContainerSettings.environment{value}", "ServiceMigration.environment{value}"),
    *("ServiceMigration.command[]", "Migration.environment{value}"),
    *("RestoreCheck.command[]", "DramatiqWorkerSettings.command[]", "Dependency.variables{value}"),
    "ImageBuild.arguments{value}",  # of a command line of BuildKit's
)
# Each engine, rule of Config and key of IAM has its own.
_OF_A_PARAMETER = (
    *("AuroraSettings.parameters{value}", "ServerSettings.parameters{value}"),
    *("PostgresqlSettings.parameters{value}", "RedisSettings.parameters{value}"),
    *("ManagedRule.parameters{value}", "Statement.conditions{value}{value}"),
    "Statement.conditions{value}{value}[]",
)
# A value that is all a parameter is; Parameter Store takes 4,096 characters of any kind.
_ANY_OF_4_096 = ("ParameterStoreSettings.values{value}",)
# AWS takes tags without a value, statements without a name, and prefixes of every object.
_MAY_BE_EMPTY = (
    *("ServiceSettings.tags{value}", "CostAnomalySettings.by_tag{value}[]", "Statement.sid"),
    *("LifecycleRule.prefix", "MediaSettings.expire_days{key}"),
    *("Statement.wildcard_reason", "CorsRule.any_origin_reason", "MediaSettings.any_origin_reason"),
)
FREE = {
    **{place: {EMPTY, INVISIBLE, LONG} for place in (*_OF_A_TASK, *_OF_A_PARAMETER)},
    "Migration.command[]": {INVISIBLE, LONG},
    **{place: {INVISIBLE} for place in _ANY_OF_4_096},
    **{place: {EMPTY} for place in _MAY_BE_EMPTY},
}
_METRIC = Metric(namespace="AWS/SQS", name="Depth", dimensions={}, statistic="Sum", label="depth")
_KEY = base64.b64encode(_P_256 + bytes(64)).decode()
# Of classes of which the catalogue has none, and of fields that are empty there: those whose rules are in
# `problems`.
SAMPLES = (
    AssumedRole(role_arn="arn:aws:iam::123456789012:role/deploy", external_id="shared"),
    ScheduledScaling(cron="0 7 ? * MON-FRI *", minimum=1, maximum=2),
    CostAnomalySettings(existing_monitor="arn:aws:ce::123456789012:anomalymonitor/0f1e2d3c"),
    UnusedResourceSettings(),
    ServerSettings(database="shop"),
    LoginSettings(),
    GitHubSettings(repository=REPOSITORY),
    WorkspaceSettings(
        plan_policies=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
        apply_policies=("arn:aws:iam::aws:policy/AdministratorAccess",),
        plan_secrets=("arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop",),
    ),
    ListenerRule(name="api", host="api.example.com", paths=("/api/*",)),
    SignedAccess(public_keys={"first": f"-----BEGIN PUBLIC KEY-----\n{_KEY}\n-----END PUBLIC KEY-----\n"}),
    ManagedRule(identifier="REQUIRED_TAGS", reason="tags are asked for"),
    Statement(actions=["s3:GetObject"], resources=["arn:aws:s3:::shop/*"]),
    Expression(expression="depth", metrics={"depth": _METRIC}, label="depth"),
    ParameterStoreSettings(values={"HOST": "shop"}, credentials={"KEY": "KEY"}, entered=("TOKEN",)),
    SecretSettings(entered=("TOKEN",), readers=("arn:aws:iam::123456789012:role/deploy",)),
)


@pytest.fixture(scope="module")
def samples() -> dict[type, list[Any]]:
    """Valid settings, by class: those of the catalogue, and SAMPLES."""
    products = [vars(import_module(f"stacks.{one}.settings")).values() for one in PRODUCTS]
    return instances([SAMPLES, account_settings(()), *map(tuple, products), *catalogue().values()])


def test_annotations_are_types_and_no_text() -> None:
    """pydantic needs them at once: as text (PEP 563), each would be kept, compiled and evaluated first."""
    texts = {
        f"{cls.__module__}: {cls.__name__}.{name}"
        for cls in settings_classes()
        for name, annotation in vars(cls).get("__annotations__", {}).items()
        if isinstance(annotation, str)
    }
    assert not texts, "leave `from __future__ import annotations` out of files of settings classes"


def test_every_text_and_number_is_bounded_or_says_why_not(samples: dict[type, list[Any]]) -> None:
    """Nothing, what begins with an invisible character, and what no service takes is refused by a sentence.

    One that AWS does take is listed above, with its reason.
    """
    classes = settings_classes()
    assert len([place for owner in classes for place in leaves(owner)]) > 400
    found: dict[str, set[object]] = {}
    for owner in classes:
        for place, wrong in accepted(owner, samples.get(owner, ())[:5]):
            found.setdefault(str(place), set()).add(wrong)
    unbounded = {place: wrong for place, wrong in found.items() if not wrong <= FREE.get(place, set())}
    assert not unbounded, "give these a type of modules/values.py, or a rule in `problems`"
    stale = {place for place, wrong in FREE.items() if found.get(place) != wrong}
    assert not stale, "these are bounded: remove them from the list"


@settings
class Unbounded:
    """What the check is for."""

    text: str = "a"
    number: PositiveInt | None = 1
    texts: tuple[str, ...] = ("a",)
    ports: dict[str, int] = field(default_factory=lambda: {"a": 1})
    ruled: str = "a"
    short: Annotated[str, Field(min_length=1, max_length=9)] = "a"
    name: Name = "a"
    percent: Annotated[int, Field(ge=1, le=100)] = 1

    def problems(self) -> Iterator[Problem]:
        """A rule of the class."""
        if len(self.ruled) != 1:
            yield Problem(where="ruled", what="one letter")


def test_what_is_unbounded_is_found_and_what_a_type_or_a_rule_refuses_is_not() -> None:
    assert {(str(place).partition(".")[2], wrong) for place, wrong in accepted(Unbounded, [Unbounded()])} == {
        *((place, wrong) for place in ("text", "texts[]", "ports{key}") for wrong in TEXTS),
        ("number", 2**53),
        ("ports{value}", 2**53),
        ("short", INVISIBLE),
    }


def test_without_a_sample_a_rule_is_not_known() -> None:
    assert ("ruled", LONG) in {(place.field, wrong) for place, wrong in accepted(Unbounded, [])}
