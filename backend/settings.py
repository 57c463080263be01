"""Settings of the backend, from environment variables and `*.s3.tfbackend` files. Pure."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import which
from typing import Annotated, TypeAlias

from backend.s3_settings import S3Settings
from backend.tfbackend import read
from modules.errors import Problem, ProblemsError, refusal
from modules.resilience.recovery.settings import SUFFIX
from modules.settings import settings
from modules.values import HostName, Line, Text

HERE = Path(__file__).parent
KINDS = ("s3", "cloud", "local")

# What Linux takes (NAME_MAX), with the suffix.
_FileName = Annotated[
    str,
    Text(
        pattern=r"[A-Za-z0-9][A-Za-z0-9_.-]*",
        longest=200,
        allowed="the name of a file, without .s3.tfbackend",
    ),
]
# Linux, PATH_MAX.
_Directory = Annotated[
    str,
    Text(
        pattern=r"[^\x00-\x20\x7f][^\x00-\x1f\x7f]*",
        longest=4_095,
        allowed="a path of 4,095 characters at most",
    ),
]


@settings
class S3States:
    """States in S3: one file for all stacks, and `<stack>.s3.tfbackend` for a stack that has its own.

    The states of recovery stacks are in a bucket of the second region, which `<file>-recovery.s3.tfbackend`
    names: they can be planned while the first region is lost.
    """

    directory: Path
    file: _FileName = "default"

    def of(self, stack: str) -> S3Settings:
        """The backend settings of one stack. Raises ProblemsError with the file and the invalid key."""
        of_recovery = [f"{self.file}{SUFFIX}"] if stack.endswith(SUFFIX) else []
        for name in (stack, *of_recovery):
            if (found := self._path(name)).exists():
                return read(found)
        return self.default()

    def default(self) -> S3Settings:
        """The backend settings of stacks without their own file."""
        return read(self._path(self.file))

    def region_problems(self, stack: str, *, primary_region: str) -> Iterator[Problem]:
        """A recovery stack whose state is in the region of its primary, and lost with it."""
        found = self.of(stack)
        if found.region == primary_region:
            why = refusal(
                got=f"a state in {found.region}, the region of its primary",
                allowed="a bucket in another region: it must be planned while that one is lost",
                fix=f"name one in backend/{self.file}{SUFFIX}.s3.tfbackend",
            )
            yield Problem(where=f"state of {stack}", what=why)

    def _path(self, name: str) -> Path:
        return self.directory / f"{name}.s3.tfbackend"


@settings
class CloudSettings:
    """States in Terraform Cloud (or Enterprise at `hostname`): a workspace for each stack, named like it."""

    organization: Line
    project: Line | None = None
    hostname: HostName = "app.terraform.io"


@settings
class LocalSettings:
    """States on the local disk below `directory`, which is relative to `cdktf.out/stacks/<stack>`."""

    directory: _Directory = "../../../.state"


BackendSettings: TypeAlias = S3States | CloudSettings | LocalSettings


def load(environ: Mapping[str, str] = os.environ, *, directory: Path = HERE) -> BackendSettings:
    """The backend that INFRA_BACKEND names: s3 (the default), cloud or local.

    s3 reads `default.s3.tfbackend`, or the file that INFRA_BACKEND_CONFIG names. cloud reads Terraform's
    variables TF_CLOUD_ORGANIZATION, TF_CLOUD_PROJECT and TF_CLOUD_HOSTNAME.
    """
    kind = environ.get("INFRA_BACKEND") or "s3"
    if kind == "s3":
        states = s3_states(environ, directory=directory)
        states.default()  # reports errors of the file before synthesis
        return states
    if kind == "cloud":
        return _cloud(environ)
    if kind == "local":
        return LocalSettings()
    why = refusal(got=repr(kind), allowed=", ".join(KINDS), fix="set it to one of these")
    raise ProblemsError.one("INFRA_BACKEND", why)


def s3_states(environ: Mapping[str, str] = os.environ, *, directory: Path = HERE) -> S3States:
    """The S3 backend that the stack state-backend creates, independent of INFRA_BACKEND."""
    file = environ.get("INFRA_BACKEND_CONFIG") or "default"
    found = sorted(path.name.removesuffix(".s3.tfbackend") for path in directory.glob("*.s3.tfbackend"))
    if file not in found:
        allowed = ", ".join(found) or f"none: {directory.name}/ has no *.s3.tfbackend file"
        why = refusal(got=repr(file), allowed=allowed, fix="name one of these, or write the file")
        raise ProblemsError.one("INFRA_BACKEND_CONFIG", why)
    return S3States(directory=directory, file=file)


def _cloud(environ: Mapping[str, str]) -> CloudSettings:
    organization = environ.get("TF_CLOUD_ORGANIZATION", "")
    problems = []
    if not organization:
        what = "is not set, INFRA_BACKEND=cloud needs it; set it to the organization's name"
        problems.append(Problem(where="TF_CLOUD_ORGANIZATION", what=what))
    # CDKTF runs `terraform version` to synthesize this backend, and fails with an unclear error without it.
    if which(environ.get("TERRAFORM_BINARY_NAME", "terraform"), path=environ.get("PATH")) is None:
        what = "is not on PATH, synthesis for Terraform Cloud needs it; install Terraform"
        problems.append(Problem(where="terraform", what=what))
    variables = {"project": "TF_CLOUD_PROJECT", "hostname": "TF_CLOUD_HOSTNAME"}
    given = {field: value for field, name in variables.items() if (value := environ.get(name))}
    try:
        found = CloudSettings(organization=organization or "missing", **given)
    except ProblemsError as error:
        names = {f"CloudSettings.{field}": name for field, name in variables.items()}
        names["CloudSettings.organization"] = "TF_CLOUD_ORGANIZATION"
        problems += [Problem(where=names[one.where], what=one.what) for one in error.problems]
    if problems:
        raise ProblemsError(problems)
    return found
