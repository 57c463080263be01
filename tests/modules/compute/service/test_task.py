"""Tasks as they ship: containers, sidecars, roles."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modules.compute.service.container_definition import ContainerContext, container_definition
from modules.compute.service.container_settings import ContainerSettings, RestartPolicy
from modules.errors import ProblemsError


def test_a_container_is_what_its_settings_and_its_targets_make_it(shipped: Any) -> None:
    web = shipped.containers("web")["web"]
    assert [one["name"] for one in web["environment"]] == ["A", "DATABASE_HOST", "LOG_LEVEL"]
    assert web["secrets"] == [
        {"name": "DATABASE_PASSWORD", "valueFrom": "arn:secret:PW::"},
        {"name": "REDIS_AUTH_TOKEN", "valueFrom": "arn:secret:T::"},
    ]
    assert web["image"].startswith("${aws_ssm_parameter.web-image_parameter")
    assert web["command"] == ["serve", "$${PORT}"]
    assert web["workingDirectory"] == "/srv"
    assert web["dockerLabels"] == {
        "environment": "test",
        "product": "shop",
        "service": "web",
        "team": "shop",
    }
    assert web["ulimits"] == [{"name": "nofile", "softLimit": 65535, "hardLimit": 65535}]
    assert web["stopTimeout"] == 30
    assert web["healthCheck"]["startPeriod"] == 60
    health = [web["healthCheck"][name] for name in ("interval", "timeout", "retries")]
    assert health == [30, 5, 3]
    assert web["dependsOn"] == [{"containerName": "proxy", "condition": "START"}]
    assert web["portMappings"] == [
        {"name": "http", "containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}
    ]
    log = web["logConfiguration"]["options"]
    assert log["awslogs-group"].startswith("${aws_cloudwatch_log_group.web_log-group")
    assert log["awslogs-stream-prefix"] == "web"


def test_a_slow_log_service_does_not_block_a_container(shipped: Any) -> None:
    for name in ("web", "store", "jobs"):
        for container in shipped.containers(name).values():
            log = container["logConfiguration"]
            assert log["logDriver"] == "awslogs"
            assert (log["options"]["mode"], log["options"]["max-buffer-size"]) == ("non-blocking", "25m")


def test_root_file_systems_are_read_only_but_for_memory_and_what_exec_needs(shipped: Any) -> None:
    web, jobs, store = (shipped.containers(name)[name] for name in ("web", "jobs", "store"))
    assert web["readonlyRootFilesystem"] is jobs["readonlyRootFilesystem"] is True
    assert web["linuxParameters"] == {
        "initProcessEnabled": True,
        "tmpfs": [{"containerPath": "/tmp", "size": 64, "mountOptions": ["mode=1777"]}],  # noqa: S108
    }
    assert {one["containerPath"] for one in web["mountPoints"]} == {
        "/managed-agents",
        "/var/lib/amazon",
        "/var/log/amazon",
    }
    assert "mountPoints" not in jobs
    assert store["readonlyRootFilesystem"] is False
    assert store["linuxParameters"] == {"initProcessEnabled": True}


def test_a_sidecar_has_its_own_image_and_its_own_variables(shipped: Any) -> None:
    proxy = shipped.containers("web")["proxy"]
    assert (proxy["image"], proxy["memory"]) == ("proxy:1", 128)
    assert proxy["environment"] == [{"name": "PROXIED", "value": "db"}]
    assert "secrets" not in proxy


def test_a_task_definition_follows_its_latest_revision_and_keeps_the_earlier_ones(shipped: Any) -> None:
    for definition in shipped.named("aws_ecs_task_definition").values():
        assert definition["track_latest"] is definition["skip_destroy"] is True
        assert definition["requires_compatibilities"] == ["FARGATE"]
        assert definition["network_mode"] == "awsvpc"
    web = shipped.named("aws_ecs_task_definition")["web/task"]
    assert (web["family"], web["cpu"], web["memory"]) == ("shop-test-web-task", "256", "512")
    parameter = shipped.named("aws_ssm_parameter")["web-image/parameter"]
    assert parameter["name"] == "/shop-test/web/image"
    assert parameter["insecure_value"].endswith(".dkr.ecr.eu-west-1.amazonaws.com/shop-web:test")
    assert "insecure_value" in parameter["lifecycle"]["ignore_changes"]


def test_an_execution_role_pulls_one_image_writes_one_log_and_reads_its_secrets(shipped: Any) -> None:
    web = shipped.allowed("web/roles/execution-policy")
    assert web.pop("ecr:GetAuthorizationToken") == ["*"]
    assert web.pop("secretsmanager:GetSecretValue") == ["arn:secret"]
    assert web["ecr:BatchGetImage"][0].endswith(":repository/shop-web")
    assert web["logs:PutLogEvents"][0].startswith("${aws_cloudwatch_log_group.web_log-group")
    assert all(resources != ["*"] for resources in web.values())
    assert "secretsmanager:GetSecretValue" not in shipped.allowed("store/roles/execution-policy")


def test_logs_are_encrypted_with_a_key_of_the_stack(shipped: Any) -> None:
    groups = shipped.named("aws_cloudwatch_log_group")
    for name in ("web", "store", "jobs"):
        assert groups[f"{name}/log-group"]["kms_key_id"] == "${aws_kms_key.key.arn}"


def test_a_task_role_is_the_service_s_own_and_may_what_was_declared(shipped: Any) -> None:
    web = shipped.allowed("web/roles/task-policy")
    assert web["s3:GetObject"] == ["arn:bucket/*"]
    assert web["ssmmessages:OpenDataChannel"] == ["*"]
    assert "cluster_exec-log" in web["logs:PutLogEvents"][0]
    store = shipped.allowed("store/roles/task-policy")
    assert store["elasticfilesystem:ClientWrite"] == ["${aws_efs_file_system.files.arn}"]
    assert "s3:GetObject" not in store
    # Neither Exec nor a target: a role without any permission.
    assert "jobs/roles/task-policy" not in shipped.named("aws_iam_role_policy")
    roles = shipped.named("aws_iam_role")
    assert len({role["name"] for role in roles.values()}) == len(roles) == 6
    for role in roles.values():
        (trust,) = json.loads(role["assume_role_policy"])["Statement"]
        assert trust["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert set(trust["Condition"]) == {"ArnLike", "StringEquals"}


def test_a_container_is_restarted_in_its_task_only_if_set() -> None:
    context = ContainerContext(name="web", image="web", log_options={}, labels={})

    def policy_of(restarts: RestartPolicy | None) -> Any:
        return container_definition(ContainerSettings(restarts=restarts), context).get("restartPolicy")

    assert policy_of(None) is None
    assert policy_of(RestartPolicy()) == {"enabled": True, "restartAttemptPeriod": 300}
    often = RestartPolicy(attempt_period_seconds=60, ignored_exit_codes=(0, 3))
    assert policy_of(often) == {"enabled": True, "restartAttemptPeriod": 60, "ignoredExitCodes": [0, 3]}


@pytest.mark.parametrize("fields", [{"attempt_period_seconds": 59}, {"ignored_exit_codes": (1,) * 51}])
def test_a_restart_policy_that_ecs_would_refuse_is_refused(fields: Any) -> None:
    with pytest.raises(ProblemsError, match=next(iter(fields))):
        RestartPolicy(**fields)
