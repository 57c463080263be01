"""Publishing a frontend on the emulator: what is uploaded, in which order, what is kept, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.operations.publish.conftest import BUCKET, FIRST, SECOND, STACK, Deployed, document


def test_a_first_publication_uploads_everything_but_maps_and_hidden_files(deployed: Deployed) -> None:
    result = deployed.publish()
    published = {key: text for key, text in FIRST.items() if not key.endswith((".map", ".DS_Store"))}
    assert deployed.objects() == published
    assert (
        "Left out, source maps (publish them with --source-maps): assets/index-BJ5sWq2k.js.map"
        in result.output
    )
    assert "Left out, hidden (never published): .DS_Store" in result.output
    # Nothing is in the caches yet.
    assert deployed.invalidations() == []


def test_what_a_page_loads_is_there_before_the_page(deployed: Deployed) -> None:
    deployed.publish()
    keys = deployed.keys("PUT")
    assert {*keys[:2]} == {"assets/index-BJ5sWq2k.js", "assets/index-Dq3hTz9P.css"}
    assert keys[2] == "robots.txt"
    assert {*keys[3:]} == {"about.html", "index.html"}


@pytest.mark.parametrize(
    ("key", "kind", "cache"),
    [
        ("assets/index-BJ5sWq2k.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("index.html", "text/html; charset=utf-8", "no-cache"),
        ("robots.txt", "text/plain; charset=utf-8", "public, max-age=300"),
    ],
)
def test_each_file_has_its_headers(deployed: Deployed, key: str, kind: str, cache: str) -> None:
    deployed.publish()
    found = deployed.head(key)
    assert (found["ContentType"], found["CacheControl"]) == (kind, cache)


def test_a_second_publication_uploads_what_changed_and_invalidates_what_was_overwritten(
    deployed: Deployed,
) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.proxy.seen.clear()
    result = deployed.publish()
    assert deployed.keys("PUT") == ["assets/index-C7aXk1Qz.js", "index.html"]
    # `/` is another key in the caches than /index.html.
    assert deployed.invalidations() == [["/", "/index.html"]]
    assert "CloudFront's caches no longer have it" in result.output
    # Open tabs still load it.
    assert deployed.objects()["assets/index-BJ5sWq2k.js"] == "first"
    assert "Kept 30 days for open tabs: assets/index-BJ5sWq2k.js" in result.output


def test_the_same_again_changes_nothing(deployed: Deployed) -> None:
    deployed.publish()
    deployed.proxy.seen.clear()
    result = deployed.publish()
    assert "Nothing to publish: the website has these files already." in result.output
    assert not {"PUT", "DELETE"} & {method for method, _ in deployed.proxy.seen}


def test_a_change_of_the_same_size_is_seen(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(FIRST | {"robots.txt": "User-agent: +"})
    deployed.publish()
    assert deployed.objects()["robots.txt"] == "User-agent: +"
    assert deployed.invalidations() == [["/robots.txt"]]


@pytest.mark.parametrize("headers", [{"CacheControl": "max-age=9"}, {"ContentType": "text/plain"}])
def test_a_header_that_differs_is_put_right(deployed: Deployed, headers: dict[str, str]) -> None:
    deployed.publish()
    same = deployed.head("index.html")
    wrong = {"CacheControl": same["CacheControl"], "ContentType": same["ContentType"], **headers}
    body = FIRST["index.html"].encode()
    deployed.s3.put_object(Bucket=BUCKET, Key="index.html", Body=body, ChecksumAlgorithm="SHA256", **wrong)
    result = deployed.publish()
    assert "headers  index.html" in result.output
    assert deployed.head("index.html")["CacheControl"] == same["CacheControl"]
    assert deployed.head("index.html")["ContentType"] == same["ContentType"]


def test_hashed_files_expire_by_the_time_since_they_left(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.publish()
    record = deployed.record()
    key = "assets/index-BJ5sWq2k.js"
    record["retired"] = {key: "2020-01-01T00:00:00+00:00"}
    deployed.write_record(record)
    assert f"Deleted: {key}" in deployed.publish().output
    assert key not in deployed.objects()
    # The release before still needs it: its version is there.
    assert deployed.run("--previous", "--yes").exit_code == 0
    assert deployed.objects()[key] == "first"


def test_a_hashed_file_that_comes_back_does_not_expire(deployed: Deployed) -> None:
    for release in (FIRST, SECOND, FIRST):
        deployed.build(release)
        deployed.publish()
    assert list(deployed.record()["retired"]) == ["assets/index-C7aXk1Qz.js"]


def test_other_files_that_left_are_deleted_and_those_of_others_stay(deployed: Deployed) -> None:
    deployed.publish()
    deployed.s3.put_object(Bucket=BUCKET, Key="uploads/photo.jpg", Body=b"theirs")
    deployed.build({key: text for key, text in FIRST.items() if key != "robots.txt"})
    result = deployed.publish()
    assert "robots.txt" not in deployed.objects()
    assert deployed.invalidations() == [["/robots.txt"]]
    assert "Not put there by this command, and left: uploads/photo.jpg" in result.output
    assert deployed.objects()["uploads/photo.jpg"] == "theirs"


def test_many_paths_become_fewer(deployed: Deployed) -> None:
    pages = {f"blog/{number}.html": "first" for number in range(20)}
    deployed.build(FIRST | pages)
    deployed.publish()
    deployed.build(SECOND | dict.fromkeys(pages, "second"))
    deployed.publish()
    assert deployed.invalidations() == [["/", "/blog/*", "/index.html"]]


def test_a_hashed_file_that_changes_under_its_name_is_said(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(FIRST | {"assets/index-BJ5sWq2k.js": "other"})
    result = deployed.publish()
    assert (
        "Hashed by name, but changed (browsers keep the earlier: --hashed): assets/index-BJ5sWq2k.js"
        in result.output
    )
    assert deployed.invalidations() == [["/assets/index-BJ5sWq2k.js"]]


def test_which_files_are_hashed_can_be_said(deployed: Deployed) -> None:
    deployed.publish("--hashed", "*.txt")
    assert "immutable" in deployed.head("robots.txt")["CacheControl"]
    assert "immutable" not in deployed.head("assets/index-BJ5sWq2k.js")["CacheControl"]


def test_a_dry_run_says_it_and_changes_nothing(deployed: Deployed) -> None:
    result = deployed.run(str(deployed.folder), "--dry-run")
    assert result.exit_code == 0
    assert "new      assets/index-BJ5sWq2k.js" in result.output
    assert deployed.objects() == {}
    assert not {"PUT", "DELETE"} & {method for method, _ in deployed.proxy.seen}


def test_json_is_for_programs(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    said = json.loads(deployed.publish("--json").stdout)
    assert said["distribution"] == deployed.distribution
    assert said["invalidate"] == ["/", "/index.html"]
    assert said["invalidation"]
    actions = {one["key"]: one["action"] for one in said["files"]}
    assert actions["assets/index-C7aXk1Qz.js"] == "new"
    assert actions["robots.txt"] == "same"


def test_names_with_odd_characters_arrive(deployed: Deployed) -> None:
    # As macOS writes it: a letter and an accent.
    deployed.build(FIRST | {"img/u\u0308ber & über 100%.txt": "first", "a#b?.txt": "odd"})
    deployed.publish()
    assert {"img/über & über 100%.txt", "a#b?.txt"} <= deployed.objects().keys()
    deployed.build(FIRST | {"img/u\u0308ber & über 100%.txt": "second", "a#b?.txt": "odd"})
    deployed.publish()
    assert deployed.invalidations() == [["/img/%C3%BCber%20%26%20%C3%BCber%20100%25.txt"]]


def test_without_a_terminal_it_asks_for_yes(deployed: Deployed) -> None:
    assert "run it with --yes if it is meant" in deployed.refused(str(deployed.folder))


def test_a_stack_that_was_never_applied_is_refused(undeployed: Deployed) -> None:
    said = undeployed.refused(str(undeployed.folder), "--yes")
    assert said == (
        f"webapp-dev: got no bucket {BUCKET} in eu-west-1; allowed: a deployed stack; "
        "apply it, or use the credentials of its account"
    )


def test_a_stack_without_a_website_is_refused(undeployed: Deployed) -> None:
    undeployed.synthesize(document())
    said = undeployed.refused(str(undeployed.folder), "--yes")
    assert said.startswith("webapp-dev: got a stack without a website; allowed: one that has one")


def test_of_several_websites_one_is_named(deployed: Deployed) -> None:
    deployed.synthesize(document(website="dev.webapp.example", admin="admin.webapp.example"))
    said = deployed.refused(str(deployed.folder), "--yes")
    assert said == (
        "webapp-dev website: got no --website, and 2 websites; allowed: admin, website; "
        "name one, such as --website admin"
    )
    assert "got 'shop'" in deployed.refused(str(deployed.folder), "--website", "shop", "--yes")
    deployed.publish("--website", "website")
    assert deployed.objects()


@pytest.mark.parametrize("words", [(), ("dist", "--previous")])
def test_a_folder_or_previous_is_named(deployed: Deployed, words: tuple[str, ...]) -> None:
    assert "allowed: one of the two" in deployed.refused(*words)


@pytest.mark.parametrize("paused", [True, False])
def test_a_paused_stack_is_published_to_and_told(
    deployed: Deployed, stacks: dict[str, Any], *, paused: bool
) -> None:
    """By the function that the stack's website has, as Terraform fills it in."""
    (function,) = stacks[STACK]["resource"]["aws_cloudfront_function"].values()
    code = function["code"].replace("${var.infrastructure_paused}", json.dumps(paused))
    assert "var.infrastructure_paused" not in code
    deployed.call(code)
    said = f"{STACK} is paused: visitors get its page until infra resume {STACK}."
    assert (said in deployed.publish().output) is paused
    assert deployed.objects()["index.html"] == FIRST["index.html"]
