"""A website on the emulator, as Terraform leaves it, with a proxy before it that can fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from aws_emulator import Emulator
from operations import project
from operations.publish import invalidation
from operations.publish.command import publish
from tests.operations.faults import Faults, faulty
from tests.running import INFRA_ON

STACK, REGION, ACCOUNT = "webapp-dev", "eu-west-1", "123456789012"
BUCKET = f"webapp-dev-website-{ACCOUNT}-{REGION}"
RECORD = ".publish.json"
# What Vite writes, in one release and in the next.
FIRST = {
    "index.html": "<script src=/assets/index-BJ5sWq2k.js></script>",
    "about.html": "about",
    "assets/index-BJ5sWq2k.js": "first",
    "assets/index-Dq3hTz9P.css": "body{}",
    "assets/index-BJ5sWq2k.js.map": "{}",
    "robots.txt": "User-agent: *",
    ".DS_Store": "",
}
SECOND = FIRST | {
    "index.html": "<script src=/assets/index-C7aXk1Qz.js></script>",
    "assets/index-C7aXk1Qz.js": "second",
}
del SECOND["assets/index-BJ5sWq2k.js"]


def document(**websites: str) -> dict[str, Any]:
    """The JSON of a stack with websites, by their short names, each with its host."""
    resources: dict[str, Any] = {"aws_s3_bucket": {}, "aws_cloudfront_distribution": {}}
    for name, host in websites.items():
        account = "${data.aws_caller_identity.account.account_id}"
        resources["aws_s3_bucket"][f"{name}_bucket"] = {"bucket": f"{STACK}-{name}-{account}-{REGION}"}
        domain = f"${{aws_s3_bucket.{name}_bucket.bucket_regional_domain_name}}"
        resources["aws_cloudfront_distribution"][name] = {
            "aliases": [host],
            "default_cache_behavior": {"target_origin_id": "bucket"},
            "default_root_object": "index.html",
            "origin": [{"domain_name": domain, "origin_id": "bucket"}],
            "tags": {"Service": name},
        }
    return {"provider": {"aws": [{"region": REGION}]}, "resource": resources}


class Deployed:
    """A deployed website, its folder, and the command on both."""

    def __init__(self, emulator: Emulator, proxy: Faults, directory: Path) -> None:
        self.proxy, self.directory = proxy, directory
        self.folder = directory / "dist"
        self.environment = {**emulator.settings(REGION), "AWS_ENDPOINT_URL": proxy.url}
        self.environment |= {"CDKTF_OUTDIR": str(directory / "output"), "COLUMNS": "200"}
        self.s3, self.cloudfront = (emulator.client(name, REGION) for name in ("s3", "cloudfront"))
        self.synthesize(document(website="dev.webapp.example"))
        (directory / "main.py").touch()
        self.distribution = ""

    def synthesize(self, content: Mapping[str, Any]) -> None:
        """What the last synthesis wrote."""
        file = self.directory / f"output/stacks/{STACK}/cdk.tf.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content))

    def deploy(self) -> None:
        """The bucket and the distribution."""
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        origin = {
            "Id": "bucket",
            "DomainName": f"{BUCKET}.s3.{REGION}.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        behavior = {
            "TargetOriginId": "bucket",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        }
        config = {
            "CallerReference": "website",
            "Comment": "webapp-dev-website",
            "Enabled": True,
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behavior,
        }
        self.distribution = self.cloudfront.create_distribution(DistributionConfig=config)["Distribution"][
            "Id"
        ]

    def call(self, code: str) -> None:
        """Have the distribution call a function, which is published."""
        made = self.cloudfront.create_function(
            Name="viewer-request",
            FunctionConfig={"Comment": "-", "Runtime": "cloudfront-js-2.0"},
            FunctionCode=code.encode(),
        )
        self.cloudfront.publish_function(Name="viewer-request", IfMatch=made["ETag"])
        arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
        found = self.cloudfront.get_distribution_config(Id=self.distribution)
        config, associated = found["DistributionConfig"], {"FunctionARN": arn, "EventType": "viewer-request"}
        config["DefaultCacheBehavior"]["FunctionAssociations"] = {"Quantity": 1, "Items": [associated]}
        self.cloudfront.update_distribution(
            Id=self.distribution, IfMatch=found["ETag"], DistributionConfig=config
        )

    def build(self, files: Mapping[str, str]) -> None:
        """What a build writes: the folder as it is then."""
        for old in sorted(self.folder.rglob("*"), reverse=True):
            old.rmdir() if old.is_dir() else old.unlink()
        for name, content in files.items():
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)

    def keys(self, method: str) -> list[str]:
        """The keys of the bucket that requests of a method named, in their order, without the record."""
        start = f"/{BUCKET}/"
        seen = self.proxy.seen
        found = [path.partition("?")[0].removeprefix(start) for how, path in seen if how == method]
        return [key for key in found if not key.startswith("/") and key != RECORD]

    def run(self, *words: str) -> Result:
        """Run the command in this process."""
        app = typer.Typer(pretty_exceptions_enable=False)
        app.command()(publish)
        return CliRunner().invoke(app, [STACK, *words])

    def publish(self, *words: str) -> Result:
        """Publish the folder; it must succeed."""
        result = self.run(str(self.folder), "--yes", *words)
        assert result.exit_code == 0, (result.output, result.exception)
        return result

    def refused(self, *words: str) -> str:
        """What a refused run says; nothing was changed."""
        before = self.proxy.seen[:]
        result = self.run(*words)
        assert result.exception
        assert not {"PUT", "DELETE"} & {method for method, _ in self.proxy.seen[len(before) :]}
        return str(result.exception)

    def refused_by_the_record(self, *words: str) -> str:
        """What a run says that begins to publish and may not: it has only tried to write the record."""
        self.proxy.seen.clear()
        result = self.run(*words)
        assert result.exception
        assert self.keys("PUT") == []
        return str(result.exception)

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """Start the real `infra publish`."""
        return subprocess.Popen(
            [sys.executable, *INFRA_ON, str(self.directory / "main.py"), "publish", STACK, *words],
            env={**os.environ, **self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def objects(self) -> dict[str, str]:
        """What the bucket has, by key, without the record."""
        listed = self.s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())
        keys = [one["Key"] for one in listed if one["Key"] != RECORD]
        return {key: self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys}

    def head(self, key: str) -> Any:
        """An object's headers."""
        return self.s3.head_object(Bucket=BUCKET, Key=key)

    def record(self) -> dict[str, Any]:
        """The record."""
        found: dict[str, Any] = json.loads(self.s3.get_object(Bucket=BUCKET, Key=RECORD)["Body"].read())
        return found

    def write_record(self, content: Mapping[str, Any]) -> None:
        """Put another record in its place."""
        self.s3.put_object(Bucket=BUCKET, Key=RECORD, Body=json.dumps(content).encode())

    def invalidations(self) -> list[list[str]]:
        """The paths of every invalidation, the first first."""
        found = self.cloudfront.list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        of = [
            self.cloudfront.get_invalidation(DistributionId=self.distribution, Id=one["Id"])
            for one in found.get("Items", ())
        ]
        return [one["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for one in of]


@pytest.fixture
def proxy(emulator: Emulator) -> Iterator[Faults]:
    """A proxy before the emulator."""
    with faulty(emulator.port) as server:
        yield server


@pytest.fixture
def undeployed(
    emulator: Emulator, proxy: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Deployed:
    """A synthesized stack whose website is not there, and a first build."""
    made = Deployed(emulator, proxy, tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(project, "synthesize", lambda **_: None)
    monkeypatch.setattr(invalidation, "POLL_SECONDS", 0.0)
    made.build(FIRST)
    return made


@pytest.fixture
def deployed(undeployed: Deployed) -> Deployed:
    """A website without files, and a first build."""
    undeployed.deploy()
    return undeployed
