"""An image that contradicts its service is refused in sentences; one that fits is not."""

from __future__ import annotations

from typing import Any

import pytest

from modules.compute.service.container_settings import ContainerSettings, http_health
from modules.compute.service.image_contract import image_problems
from modules.compute.service.settings import ServiceSettings

FITS: dict[str, Any] = {
    "os": "linux",
    "architecture": "amd64",
    "config": {
        "User": "1000:1000",
        "ExposedPorts": {"8080/tcp": {}, "9090/tcp": {}},
        "Env": ["PATH=/usr/bin", "TMPDIR=/tmp"],
        "Cmd": ["node", "server.js"],
        "Volumes": {"/var/cache/web": {}, "/data/files": {}},
    },
}


def service(**container: Any) -> ServiceSettings:
    fields = {
        "ports": {"http": 8080},
        "health_check": http_health(8080),
        "writable_paths": ("/tmp", "/var/cache/web"),  # noqa: S108
        **container,
    }
    return ServiceSettings(name="web", cpu=256, memory=512, container=ContainerSettings(**fields))


def problems(image: dict[str, Any], settings: ServiceSettings) -> list[str]:
    return [str(one) for one in image_problems(image, settings, volumes=("/data",))]


def test_an_image_that_fits_has_no_problem() -> None:
    assert problems(FITS, service()) == []


@pytest.mark.parametrize(
    ("image", "config", "said"),
    [
        ({"architecture": "arm64"}, {}, "web.image.architecture: got 'arm64'; allowed: amd64; build it"),
        ({"os": "windows"}, {}, "web.image.os: got 'windows'; allowed: linux"),
        ({}, {"User": ""}, "web.image.User: got ''; allowed: another user than root; USER in the Dockerfile"),
        ({}, {"User": "root"}, "web.image.User: got 'root'"),
        ({}, {"User": "0:1000"}, "web.image.User: got '0:1000'"),
        ({}, {"Cmd": None}, "web.image.Cmd: got neither; allowed: an ENTRYPOINT or a CMD"),
        (
            {},
            {"ExposedPorts": {"3000/tcp": {}}},
            "web.image.ExposedPorts: got EXPOSE 3000; allowed: the ports of the service: 8080",
        ),
        (
            {},
            {"Volumes": {"/var/lib/web": {}}},
            "web.image.Volumes: got /var/lib/web; allowed: paths below /tmp, /var/cache/web, /data",
        ),
        ({}, {"Volumes": {"/database": {}}}, "web.image.Volumes: got /database"),
        ({}, {"Env": ["TMPDIR=/var/tmp"]}, "web.image.Env.TMPDIR: got /var/tmp"),
    ],
)
def test_an_image_that_does_not_fit_is_refused(
    image: dict[str, Any], config: dict[str, Any], said: str
) -> None:
    found = problems({**FITS, **image, "config": {**FITS["config"], **config}}, service())
    assert len(found) == 1
    assert found[0].startswith(said)


def test_settings_of_the_container_come_before_those_of_the_image() -> None:
    bare: dict[str, Any] = {"os": "linux", "architecture": "amd64", "config": {"User": "root"}}
    assert problems(bare, service(user="1000", command=("serve",))) == []
    assert [one.split(":")[0] for one in problems(bare, service())] == ["web.image.Cmd", "web.image.User"]
    anywhere = {**FITS, "config": {**FITS["config"], "Volumes": {"/srv": {}}}}
    assert problems(anywhere, service(read_only_root=False)) == []


def test_a_health_check_of_the_image_does_not_count() -> None:
    image = {**FITS, "config": {**FITS["config"], "Healthcheck": {"Test": ["CMD", "true"]}}}
    assert problems(image, service()) == []
    (said,) = problems(image, service(health_check=None))
    assert said.startswith("web.image.Healthcheck: got a HEALTHCHECK, which ECS ignores")


def test_an_image_without_a_configuration_is_refused_too() -> None:
    assert len(problems({"os": "linux", "architecture": "amd64"}, service())) == 2
