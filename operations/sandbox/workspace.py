"""A stack prepared for the emulator: a directory of its own, its remote state, Terraform initialized."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modules.errors import ProblemsError, refusal
from modules.provider import OLDEST
from modules.regions import GLOBAL_REGION
from modules.terraform_json import blocks
from operations.sandbox.exclusions import EXCLUSIONS, Exclusion, LeftOut, without
from operations.terraform import Event, Terraform, provider_environment
from stacks import provider_lock
from stacks.output import DOCUMENT

if TYPE_CHECKING:
    from aws_emulator import Emulator

Json = dict[str, Any]
# Terraform merges *_override.tf.json over the file that ships, which stays as it is.
OVERRIDE = "emulator_override.tf.json"
# 6.x tags S3 buckets through S3 Control at <account>.<host>, which no IP address can be.
_UNSUPPORTED = 6
# The oldest version that the modules support, of the last major version before.
PROVIDER_VERSIONS = f"~> {OLDEST.rpartition('.')[0]}"
_LOWEST = re.compile(r">=\s*(\d+)")
# Terraform's own S3 client would otherwise put the bucket's name before the emulator's IP address.
PATH_STYLE = {"use_path_style": "true"}
# Relative to each directory in which Terraform runs: real `.terraform`s stay as they are, and stacks apart.
_DATA_DIRECTORY = ".terraform-emulator"
_PLACES = ("bucket", "dynamodb_table")


class Workspace:
    """One stack on the emulator, apart from `cdktf.out` and from the real state.

    `write` puts a stack's file into `directory`; `init` creates its bucket and lock table, and initializes.
    """

    def __init__(
        self,
        directory: Path,
        emulator: Emulator,
        *,
        exclusions: Sequence[Exclusion] = EXCLUSIONS,
        watch: Callable[[Event], None] | None = None,
    ) -> None:
        self.directory = directory
        self.emulator = emulator
        self.left_out: tuple[LeftOut, ...] = ()
        self._exclusions = exclusions
        self.watch = watch
        self._document: Json = {}

    @property
    def terraform(self) -> Terraform:
        """Terraform in this directory, whose AWS is the emulator."""
        # A workspace that is set belongs to the real stack.
        apart = {"TF_DATA_DIR": _DATA_DIRECTORY, "TF_WORKSPACE": None}
        environment = {**self.emulator.environment(self.region), **apart}
        return Terraform(self.directory, environment=environment, watch=self.watch)

    @property
    def region(self) -> str:
        """The region of the stack's provider."""
        return str(blocks(self._document["provider"]["aws"])[0]["region"])

    @property
    def backend(self) -> Json:
        """The S3 backend in the stack's file; renamed for the stack that creates the bucket itself."""
        backend = self._document["terraform"].get("backend", {})
        if "s3" not in backend:
            why = refusal(
                got=", ".join(backend) or "none", allowed="s3", fix="synthesize with INFRA_BACKEND=s3"
            )
            raise ProblemsError.one(f"{self.directory.name}.backend", why)
        settings = dict(blocks(backend["s3"])[0])
        if self.creates_its_backend:
            settings |= {key: f"{settings[key]}-aside" for key in _PLACES if key in settings}
        return settings

    @property
    def creates_its_backend(self) -> bool:
        """Whether the stack creates the bucket of its own state, so its file can't be initialized here."""
        backend = blocks(self._document["terraform"].get("backend", {}).get("s3", {}))[0]
        made = self._document.get("resource", {}).get("aws_s3_bucket", {}).values()
        return backend.get("bucket") in [bucket.get("bucket") for bucket in made]

    def write(self, document: Path) -> None:
        """Copy a stack's file: byte for byte, unless it has something excluded."""
        content = document.read_bytes()
        self._document, self.left_out = without(json.loads(content), self._exclusions)
        self._check_provider()
        self.directory.mkdir(parents=True, exist_ok=True)
        left = json.dumps(self._document, indent=2).encode()
        (self.directory / DOCUMENT).write_bytes(left if self.left_out else content)
        providers = {"aws": {"source": "hashicorp/aws", "version": PROVIDER_VERSIONS}}
        override = {"terraform": {"required_providers": providers}}
        (self.directory / OVERRIDE).write_text(json.dumps(override, indent=2))
        provider_lock.write(self.directory, override["terraform"])

    def _check_provider(self) -> None:
        """Refuse a stack that needs a provider which the emulator can't serve."""
        terraform = blocks(self._document.get("terraform", {}))[0]
        needed = terraform.get("required_providers", {}).get("aws", {}).get("version", PROVIDER_VERSIONS)
        found = _LOWEST.search(needed) or re.search(r"(\d+)", needed)
        if found and int(found[1]) >= _UNSUPPORTED:
            why = refusal(
                got=f"{needed!r}",
                allowed=f"a range that has a version before {_UNSUPPORTED}.0, which the emulator serves",
                fix="leave out the setting that needs the newer one, or plan this stack against AWS",
            )
            raise ProblemsError.one(f"{self.directory.name}, AWS provider", why)

    def exports(self) -> dict[str, str]:
        """The variables with which `terraform` and `cdktf` work on this stack in the emulator."""
        return {
            **self.emulator.settings(self.region),
            **provider_environment(),
            "TF_DATA_DIR": _DATA_DIRECTORY,
            "TF_CLI_ARGS_init": " ".join(
                f"-backend-config={key}={value}" for key, value in PATH_STYLE.items()
            ),
            "CHECKPOINT_DISABLE": "1",
            # What a synthesis there, such as cdktf's, puts beside the stack: the version that was taken here.
            provider_lock.IN_ITS_PLACE: str((self.directory / provider_lock.NAME).resolve()),
        }

    def init(self) -> None:
        """Create the bucket and the lock table, as the stack state-backend does on AWS, then initialize."""
        backend = self.backend
        prepare_state(self.emulator, {"region": self.region, **backend})
        places = {key: str(backend[key]) for key in _PLACES if key in backend}
        self.terraform.init(backend_config={**PATH_STYLE, **places})


def prepared(
    document: Path,
    directory: Path,
    emulator: Emulator,
    *,
    exclusions: Sequence[Exclusion] = EXCLUSIONS,
    watch: Callable[[Event], None] | None = None,
) -> Workspace:
    """A workspace with a stack's file in it, ready to plan."""
    workspace = Workspace(directory, emulator, exclusions=exclusions, watch=watch)
    workspace.write(document)
    workspace.init()
    return workspace


def prepare_state(emulator: Emulator, backend: Mapping[str, Any]) -> None:
    """Create the bucket (versioned) and the lock table that a backend names, where they are missing."""
    region = backend["region"]
    s3, dynamodb = emulator.client("s3", region), emulator.client("dynamodb", region)
    bucket, table = backend["bucket"], backend.get("dynamodb_table")
    if bucket not in [known["Name"] for known in s3.list_buckets()["Buckets"]]:
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **({} if region == GLOBAL_REGION else elsewhere))
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    if table and table not in dynamodb.list_tables()["TableNames"]:
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
