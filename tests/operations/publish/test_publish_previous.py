"""Going back to the release before, on the emulator."""

from __future__ import annotations

from tests.operations.publish.conftest import BUCKET, FIRST, SECOND, Deployed


def back(deployed: Deployed) -> str:
    result = deployed.run("--previous", "--yes")
    assert result.exit_code == 0, (result.output, result.exception)
    return result.output


def test_the_release_before_comes_back_and_goes_again(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build({**SECOND, "news.txt": "new"})
    deployed.publish()
    said = back(deployed)
    assert "index.html" in said
    assert deployed.objects()["index.html"] == FIRST["index.html"]
    assert deployed.head("index.html")["CacheControl"] == "no-cache"
    # Only the later release has it; what open tabs load stays.
    assert "news.txt" not in deployed.objects()
    assert deployed.objects()["assets/index-C7aXk1Qz.js"] == "second"
    assert ["/", "/index.html", "/news.txt"] in deployed.invalidations()
    back(deployed)
    assert deployed.objects()["index.html"] == SECOND["index.html"]
    assert deployed.objects()["news.txt"] == "new"


def test_the_folder_of_the_release_before_is_there_afterwards(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.publish()
    back(deployed)
    deployed.build(FIRST)
    assert "Nothing to publish" in deployed.publish().output


def test_after_a_stopped_publication_the_last_whole_release_comes_back(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND | {"news.txt": "new"})
    deployed.proxy.hook = lambda how, path: (
        (403, "AccessDenied") if how == "PUT" and path.endswith("about.html") else None
    )
    deployed.build(SECOND | {"news.txt": "new", "about.html": "changed"})
    assert deployed.run(str(deployed.folder), "--yes").exception
    deployed.proxy.hook = lambda _how, _path: None
    back(deployed)
    assert deployed.objects() == {
        key: text for key, text in FIRST.items() if not key.endswith((".map", ".DS_Store"))
    } | {"assets/index-C7aXk1Qz.js": "second"}


def test_a_dry_run_only_says_it(deployed: Deployed) -> None:
    deployed.publish()
    deployed.build(SECOND)
    deployed.publish()
    deployed.proxy.seen.clear()
    assert "Restored, in this order:" in deployed.run("--previous", "--dry-run").output
    assert not {"PUT", "DELETE"} & {method for method, _ in deployed.proxy.seen}


def test_without_a_release_before_it_is_refused(deployed: Deployed) -> None:
    deployed.publish()
    said = deployed.refused("--previous", "--yes")
    assert said.startswith(
        "webapp-dev: got no release before; allowed: a website that infra publish has filled"
    )


def test_a_release_whose_versions_are_gone_is_refused(deployed: Deployed) -> None:
    deployed.publish()
    version = deployed.head("index.html")["VersionId"]
    deployed.build(SECOND)
    deployed.publish()
    deployed.s3.delete_object(Bucket=BUCKET, Key="index.html", VersionId=version)
    said = deployed.refused("--previous", "--yes")
    assert "of which index.html is gone; allowed: one whose versions the bucket still has" in said
