"""What `infra new` checks before it writes: its options, the region, and the product beside the others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from modules.dns.settings import HostedZoneSettings
from modules.errors import Problem, ProblemsError, raised_by, refusal
from modules.monitoring.settings import TopicSettings
from modules.offers.checks import region_problems
from modules.offers.table import Offers, offers
from modules.regions import partition
from modules.tagging import TagPolicy, Tags
from operations.project import ROOT

# What the template's environments ask of a region, as modules/offers/table.json calls it. A test compares it
# with their Terraform.
CLASSES = {
    "postgres": ("db.t4g.micro", "db.t4g.small"),
    "elasticache": ("cache.t4g.micro", "cache.t4g.small"),
}
KINDS = ("aws_ecs_cluster", "aws_elasticache_replication_group", "aws_wafv2_web_acl")
ZONES = "ab"
# The stacks of a product whose folder is below another directory, checked and synthesized there.
_SYNTHESIS = """
import sys
from pathlib import Path
import cdktf_fast_synthesis
cdktf_fast_synthesis.install()
import backend, stacks
from modules.errors import ProblemsError
package, directory = sys.argv[1], Path(sys.argv[2])
stacks.__path__.insert(0, str(directory / "stacks"))
try:
    from importlib import import_module
    from stacks.catalogue import catalogue, checked
    from stacks.synthesis import synthesize
    entries = import_module(f"stacks.{package}").entries()
    checked({one.name: one for one in (*catalogue().values(), *entries)}.values())
    synthesize(entries, state=backend.load(), output=directory / "output", known=None)
except ProblemsError as error:
    sys.stderr.write(f"{error}\\n")
    sys.exit(2)
"""
_PROBLEMS = 2


def option_problems(*, domain: str, email: str, owner: str, region: str) -> Iterator[Problem]:
    """What the settings would refuse once they are written."""
    policy = TagPolicy(name="new", required=())
    checks: dict[str, Callable[[], object]] = {
        "--domain": lambda: HostedZoneSettings(domain=domain),
        "--email": lambda: TopicSettings(emails=(email,)),
        "--owner": lambda: Tags(policy=policy, values={"Owner": owner}),
    }
    for option, check in checks.items():
        yield from (Problem(where=option, what=one.what) for one in raised_by(check))
    if not owner.strip() or not owner.isprintable():
        why = refusal(got=repr(owner), allowed="a line of text", fix="reword it")
        yield Problem(where="--owner", what=why)
    yield from (Problem(where="--region", what=one.what) for one in place_problems(region))


def place_problems(region: str) -> Iterator[Problem]:
    """A region that AWS has not, or that lacks what the product is made of."""
    known = offers()
    yield from region_problems(region, table=known)
    if region in known.zones and (lacking := _lacking(region, known)):
        able = [one for one in known.zones if not _lacking(one, known)]
        # An account is of one partition.
        near = [one for one in able if partition(one) == partition(region)]
        why = refusal(
            got=f"{region!r}, which lacks {', '.join(lacking)} (table of {known.day})",
            allowed=", ".join(near or able),
            fix="take one of these; if AWS offers it by now: infra offers refresh",
        )
        yield Problem(where="", what=why)


def _lacking(region: str, table: Offers) -> list[str]:
    """What of the product a region does not offer."""
    classes = [
        f"{name} of {service}"
        for service, names in CLASSES.items()
        for name in names
        if name not in table.classes(service, region)
    ]
    kinds = [kind for kind in KINDS if region in table.lacking.get(kind, ())]
    zones = [f"zone {letter}" for letter in ZONES if letter not in table.zones[region]]
    return [*classes, *kinds, *zones]


def check(package: str, contents: Mapping[Path, str]) -> None:
    """Raise ProblemsError where the product can't be synthesized, or not beside the others.

    It is synthesized from a temporary directory: in the project nothing is written. What is there already
    stays, and so is checked as it is.
    """
    with TemporaryDirectory(prefix="new-") as directory:
        for file, content in contents.items():
            copied = Path(directory) / file.relative_to(ROOT)
            copied.parent.mkdir(parents=True, exist_ok=True)
            copied.write_text(file.read_text() if file.exists() else content)
        done = python("-c", _SYNTHESIS, package, directory)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        # What is no problem of settings is a traceback, whose last line says what it is.
        said = lines if done.returncode == _PROBLEMS else lines[-1:]
        fix = "correct it, then run the command again"
        raise ProblemsError(Problem(where=f"stacks/{package}", what=f"{line}; {fix}") for line in said)


def python(*words: str) -> subprocess.CompletedProcess[str]:
    """A program of this environment at the root of the project."""
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)
