"""What people do with a deployed stack every day, as they type it: docs/runbooks/first-deployment.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from operations.sandbox import Workspace
from tests.documents.fences import PROJECT, commands, fences
from tests.images import BuiltImage
from tests.operations.images.archives import layout, write_archive
from tests.running import run_infra

FILES = {"assets/index-BJ5sWq2k.js": "shown()", "index.html": "<title>Shop</title>", "robots.txt": "-"}


RUNBOOK, SHOWN = "docs/runbooks/first-deployment.md", "ohi-prod"
# A stack without a migration has none of these; tests/operations/tasks runs it on one that has.
ELSEWHERE = ("infra migrate",)


def last_commands() -> list[str]:
    """The commands that the runbook shows after its last apply, without `infra`, the stack and the image."""
    text = (PROJECT / RUNBOOK).read_text()
    found = [one.text for fence in fences(RUNBOOK, text) for one in commands(fence)]
    rest = found[found.index(f"terraform -chdir=cdktf.out/stacks/{SHOWN} apply") + 1 :]
    assert rest
    return [line.split()[1] for line in rest if not line.startswith(ELSEWHERE)]


class Operated:
    """A deployed stack with one service and a website, and the `infra` commands about it."""

    def __init__(self, name: str, workspace: Workspace, directory: Path) -> None:
        self._name, self._directory = name, directory
        theirs = {**workspace.terraform.environment, "CDKTF_OUTDIR": str(directory / "output")}
        # The directory of the workspace has a provider of its own.
        self._environment = {key: value for key, value in theirs.items() if key != "TF_DATA_DIR"}

    def infra(self, command: str, *words: str) -> str:
        """Run a command about the stack, and give what it printed."""
        ran = run_infra(*command.split(), self._name, *words, environment=self._environment)
        assert ran.returncode == 0, (command, ran.stdout, ran.stderr)
        return ran.stdout

    def deploy(self, service: str) -> str:
        """Push an image and deploy it as the push says; the image."""
        archive = self._directory / "image.tar"
        write_archive(layout(BuiltImage()), archive)
        pushed = self.infra("images push", service, str(archive), "--json")
        image = str(json.loads(pushed)["images"][service])
        self.infra("deploy", f"{service}={image}", "--yes", "--no-health", "--poll", "0.1")
        return image

    def deployed_first(self, service: str) -> str:
        """The runbook's commands after the last apply, in its order; the image that is deployed."""
        image = ""
        for command in last_commands():
            if command == "deploy":
                image = self.deploy(service)
            else:
                assert self.infra(command)
        return image

    def publish(self) -> None:
        """Publish a built frontend."""
        site = self._directory / "site"
        for name, content in FILES.items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(content)
        self.infra("publish", str(site), "--yes", "--no-wait")

    def running(self, service: str) -> str:
        """The image that a service runs."""
        found: list[dict[str, Any]] = json.loads(self.infra("images", "--json"))["containers"]
        (own,) = (one for one in found if one["container"] == service)
        assert own["deployed"] == own["running"], "the parameter names what runs"
        return str(own["running"])

    def left_over(self) -> list[str]:
        """What orphans there are, and what drifted or is left to do."""
        orphans = json.loads(self.infra("orphans", "--json"))
        (drift,) = json.loads(self.infra("drift", "--json"))["stacks"]
        return [*orphans["adopt"], *map(str, drift["drift"]), *drift["also_planned"]]
