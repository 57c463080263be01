"""The commands of docs/terraform-cloud.md, typed as they stand there."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.documents.fences import fences
from tests.operations.cloud.conftest import directory_of
from tests.running import PROJECT
from tests.terraform_cloud.server import ORGANIZATION, TOKEN, TerraformCloud

pytestmark = pytest.mark.terraform
STACK = "ohi-dev"
DOCUMENT = "docs/terraform-cloud.md"


@pytest.fixture
def directory(tmp_path: Path, terraform_cloud: TerraformCloud) -> Path:
    """A project of one small stack, whose main.py asks for the backend as this one's does."""
    where = {"organization": ORGANIZATION, "hostname": terraform_cloud.host, "workspaces": {"name": STACK}}
    (tmp_path / "main.py").write_text(f"""
import json, os, pathlib
stack = pathlib.Path("cdktf.out/stacks/{STACK}")
stack.mkdir(parents=True, exist_ok=True)
s3 = {{"backend": {{"local": {{"path": "{tmp_path}/in-s3.tfstate"}}}}}}
terraform = {{"cloud": {where!r}}} if os.environ["INFRA_BACKEND"] == "cloud" else s3
kept = {{"terraform_data": {{"kept": {{"input": "kept"}}}}}}
(stack / "cdk.tf.json").write_text(json.dumps({{"terraform": terraform, "resource": kept}}))
(stack / ".terraform.lock.hcl").write_text("")
""")
    return tmp_path


def fence(begin: str) -> str:
    """The one shell example that has a line which begins like this."""
    shown = [one.body for one in fences(DOCUMENT, (PROJECT / DOCUMENT).read_text()) if one.language == "sh"]
    (found,) = [body for body in shown if re.search(rf"^{re.escape(begin)}", body, re.MULTILINE)]
    return found


def typed(lines: str, directory: Path, cloud: TerraformCloud, **more: str) -> str:
    """Type lines into a shell that stops at the first failure; every question is answered with yes."""
    finished = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=directory,
        env={**os.environ, **cloud.environment, "CHECKPOINT_DISABLE": "1", **more},
        input="yes\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


def test_a_directory_is_sent_by_the_api(directory: Path, terraform_cloud: TerraformCloud) -> None:
    terraform_cloud.store.create({"name": STACK}, "prj-1")
    lines = (
        fence("tar ").replace("app.terraform.io/", f"{terraform_cloud.host}/").replace("python ", "python3 ")
    )
    lines = lines.replace("ORGANIZATION", ORGANIZATION)
    typed(
        lines,
        directory,
        terraform_cloud,
        TF_TOKEN_app_terraform_io=TOKEN,
        CURL_CA_BUNDLE=str(terraform_cloud.certificate),
    )
    (upload,) = terraform_cloud.store.uploads.values()
    assert upload.archive
    assert not upload.speculative
    sent = directory_of(upload.archive, directory / "sent")
    assert {file.name for file in sent.iterdir()} == {"cdk.tf.json", ".terraform.lock.hcl"}
    (run,) = terraform_cloud.store.runs.values()
    assert run.upload == upload.id
    assert {file.name for file in directory.iterdir() if file.is_file()} == {"main.py", "upload.tar.gz"}


def test_a_state_moves_to_a_workspace_and_back(directory: Path, terraform_cloud: TerraformCloud) -> None:
    """A state on the disk stands for that in S3: the commands are the same."""
    in_stack = f"terraform -chdir=cdktf.out/stacks/{STACK}"
    begun = f"python3 main.py; {in_stack} init; {in_stack} apply -auto-approve"
    typed(begun, directory, terraform_cloud, INFRA_BACKEND="s3")
    id_of = "jq -r .resources[0].instances[0].attributes.id in-s3.tfstate"
    before = typed(id_of, directory, terraform_cloud)

    there = fence("export TF_CLOUD_ORGANIZATION").replace("…", ORGANIZATION).replace("python ", "python3 ")
    typed(there, directory, terraform_cloud)
    (state,) = terraform_cloud.store.named(STACK).states
    resources = json.loads(state.content)["resources"]
    assert resources[0]["instances"][0]["attributes"]["id"] == before.strip()

    (directory / "in-s3.tfstate").unlink()
    back = fence(f"{in_stack} state pull").replace("python ", "python3 ")
    typed(back, directory, terraform_cloud)
    assert typed(id_of, directory, terraform_cloud) == before
