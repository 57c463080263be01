"""`infra images STACK`: what runs, what repositories have, what is missing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from operations.images import listing, repositories
from stacks.output import output_directory
from tests.images import BuiltImage, put
from tests.operations.images.conftest import REGISTRY, REPOSITORIES, Images

pytestmark = pytest.mark.emulator


def test_before_the_first_apply_everything_is_missing_and_it_says_what_to_do(images: Images) -> None:
    result = images.run("ohi-dev")
    assert result.exit_code == 0, result.exception
    assert result.output.count("no repository") == 4  # api, its proxy, jobs, store
    assert "apply $(infra images ohi-dev --targets)" in result.output
    assert "api/proxy: registry.test/tools/proxy:1.2.3" in result.output
    assert "To copy them: infra images mirror ohi-dev" in result.output


def test_the_command_that_creates_repositories_names_the_directory_of_the_output(
    images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = output_directory()
    assert output.name == "output"  # of the fixture, not the default
    monkeypatch.chdir(output.parent)
    assert "terraform -chdir=output/stacks/ohi-dev apply $(" in images.run("ohi-dev").output


def test_the_targets_are_all_repositories_of_the_stack_and_nothing_else(images: Images) -> None:
    result = images.run("ohi-dev", "--targets")
    assert result.stdout.split() == [f"-target=aws_ecr_repository.{name}" for name in REPOSITORIES]


def test_a_service_is_listed_with_the_digest_that_runs_also_where_it_runs_a_tag(created: Images) -> None:
    first, second = BuiltImage(layers=(b"1",)), BuiltImage(layers=(b"2",))
    for image, tag in ((first, "one"), (second, "dev")):
        put(created.ecr, "ohi-api", image, tag)
    created.deploy("api", f"{REGISTRY}/ohi-api@{first.digest}")
    created.deploy("jobs", f"{REGISTRY}/ohi-api:dev")
    rows = {
        one["container"]: one for one in json.loads(created.run("ohi-dev", "--json").stdout)["containers"]
    }
    assert (rows["api"]["digest"], rows["jobs"]["digest"]) == (first.digest, second.digest)
    assert rows["api"]["running"] == f"{REGISTRY}/ohi-api@{first.digest}"
    assert rows["api"]["parameter"] == "/ohi-dev/ohi-api/image"
    assert {tag for one in rows["api"]["images"] for tag in one["tags"]} == {"one", "dev"}
    assert (rows["store"]["missing"], rows["proxy"]["missing"], rows["api"]["missing"]) == (True, True, False)
    shown = created.run("list", "ohi-dev").output
    lines = {words[0]: words[1:3] for line in shown.splitlines() if (words := line.split())}
    assert lines["api"] == [first.digest[7:19], "runs"]
    assert lines["jobs"] == [second.digest[7:19], "runs"]
    # Both have one parameter, which was written for jobs last.
    assert "another image than the one that runs: api\n" in shown


def test_a_tag_that_no_image_has_any_more_is_said(created: Images) -> None:
    created.deploy("api", f"{REGISTRY}/ohi-api:dev")
    assert re.search(r"api +tag dev +runs +gone from the repository", created.run("ohi-dev").output)


def test_of_many_images_the_newest_is_shown_and_the_rest_counted(created: Images) -> None:
    for number in range(5):
        put(created.ecr, "ohi-api", BuiltImage(layers=(b"%d" % number,)), str(number))
    shown = created.run("ohi-dev").output
    assert (shown.count(" newest "), shown.count("and 4 more")) == (2, 2)  # of api, and of jobs
    found = json.loads(created.run("ohi-dev", "--json").stdout)["containers"]
    assert len(next(one for one in found if one["container"] == "api")["images"]) == 5


@pytest.mark.parametrize("word", ["nothing", "ohi"])
def test_an_unknown_stack_lists_the_known_ones(images: Images, word: str) -> None:
    assert f"stack: got '{word}'; allowed: ohi-dev" in str(images.run(word).exception)


def test_the_findings_of_a_scan_are_shown_and_commits_are_shortened() -> None:
    detail = {"imageDigest": "sha256:0", "imagePushedAt": datetime(2026, 11, 26, tzinfo=UTC)}
    summary = {"findingSeverityCounts": {"LOW": 3, "HIGH": 2, "CRITICAL": 0}}
    scanned = repositories.stored({**detail, "imageScanFindingsSummary": summary})
    assert listing.image_cells(scanned, "runs")[-1] == "2 high"
    commit = repositories.stored({**detail, "imageTags": ["dev", "0a1b2c3d4e" * 4]})
    assert listing.image_cells(commit, "runs")[-1] == "0a1b2c3d4e0a, dev"
