"""`infra images mirror`, stopped by Ctrl-C or killed in the middle of a layer, and run again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from aws_emulator import Emulator
from stacks.ohi.dependencies import CLICKHOUSE
from stacks.ohi.images import UPSTREAM_IMAGES
from tests.images import BuiltImage
from tests.operations.images.conftest import REGION, STACK, document
from tests.operations.images.registry import PublicRegistry, passing, waiting
from tests.running import INFRA_ON, PROJECT

pytestmark = pytest.mark.emulator
UPSTREAM = UPSTREAM_IMAGES[CLICKHOUSE]
REPOSITORY = f"ohi-{CLICKHOUSE}"
IMAGE = BuiltImage(layers=(b"arrives whole", b"is interrupted"))
# What main.py leaves behind: the stack of these tests, whose store is ClickHouse.
MAIN = """
import os, pathlib
file = pathlib.Path(os.environ["CDKTF_OUTDIR"], "stacks/ohi-dev/cdk.tf.json")
file.parent.mkdir(parents=True, exist_ok=True)
file.write_text(pathlib.Path(__file__).with_name("stack.json").read_text())
"""


class Mirror:
    """The real command, in processes of their own."""

    def __init__(self, emulator: Emulator, registry: PublicRegistry, directory: Path) -> None:
        self._registry, self._directory = registry, directory
        given = {**os.environ, **emulator.environment(REGION)}
        self._environment = {name: value for name, value in given.items() if value is not None}
        self._environment["CDKTF_OUTDIR"] = str(directory / "output")
        (directory / "main.py").write_text(MAIN)
        content = json.dumps(document()).replace("ohi-store", REPOSITORY).replace("store", CLICKHOUSE)
        (directory / "stack.json").write_text(content)
        registry.publish(UPSTREAM.repository.partition("/")[2], UPSTREAM.version, IMAGE)

    def start(self) -> subprocess.Popen[str]:
        words = ["images", "mirror", STACK, "--registry", f"docker.io={self._registry.url}"]
        return subprocess.Popen(
            [sys.executable, *INFRA_ON, str(self._directory / "main.py"), *words],
            cwd=PROJECT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_after_an_interruption_it_goes_on_with_the_layers_that_are_missing(
    emulator: Emulator, ecr: Any, registry: PublicRegistry, tmp_path: Path, number: int, code: int
) -> None:
    ecr.create_repository(repositoryName=REPOSITORY, imageTagMutability="IMMUTABLE")
    reached, let_go = Event(), Event()
    # The configuration and the first layer arrive.
    registry.faults = [passing, passing, waiting(reached, let_go)]
    mirror = Mirror(emulator, registry, tmp_path)
    with mirror.start() as process:
        assert reached.wait(60)
        process.send_signal(number)
        output, _ = process.communicate()
        let_go.set()
    assert process.returncode == code, output
    assert "Traceback" not in output
    assert ("Layers that arrived whole stay" in output) is (number != signal.SIGKILL)
    assert ecr.list_images(repositoryName=REPOSITORY)["imageIds"] == []
    first, second = list(IMAGE.blobs)[1:]
    registry.requests.clear()
    with mirror.start() as process:
        output, _ = process.communicate()
    assert process.returncode == 0, output
    assert (registry.asked(first), registry.asked(second)) == (0, 1)
    (found,) = ecr.describe_images(repositoryName=REPOSITORY)["imageDetails"]
    assert (found["imageDigest"], sorted(found["imageTags"])) == (IMAGE.digest, [UPSTREAM.version, "dev"])
