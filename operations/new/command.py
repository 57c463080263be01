"""`infra new PRODUCT`: the files of a small product, and its name in the catalogue."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from string import Template
from typing import Annotated

import typer
from rich.console import Console

from modules.databases.common.settings import DEFAULT_VERSION
from modules.dns.settings import HostedZoneSettings
from modules.errors import Problem, ProblemsError, raised_by, refusal
from modules.files import write_atomically
from modules.monitoring.settings import TopicSettings
from modules.offers.checks import region_problems
from modules.tagging import TagPolicy, Tags
from operations.console import DryRun
from operations.project import ROOT, require_checkout

TEMPLATE = Path(__file__).parent / "template"
ENVIRONMENTS = ("dev", "prod")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# With the environment, and room for what it names, in the 32 characters of a load balancer.
_LONGEST = 16
_PRODUCTS = re.compile(r"^PRODUCTS = \((?P<names>[^)]*)\)$", re.MULTILINE)


def new(
    product: Annotated[str, typer.Argument(help="Its name, such as shop: lower-case words joined by '-'")],
    *,
    domain: Annotated[
        str | None,
        typer.Option(help="The domain of production; dev is below it", show_default="PRODUCT.example"),
    ] = None,
    email: Annotated[str, typer.Option(help="The address that its alarms notify")] = "team@example.com",
    owner: Annotated[str, typer.Option(help="The value of its Owner tag")] = "platform-team",
    region: Annotated[str, typer.Option(help="The AWS region that it is deployed to")] = "eu-west-1",
    dry_run: DryRun = False,
) -> None:
    """Write a small product, in dev and prod: a public API in a container, PostgreSQL and a cache.

    It synthesizes and passes the tests of every stack as it is. Files that are there already stay as they
    are, so a run that was interrupted is completed by the next.

    Exits with 0, and with 2 for wrong input or a product that can't stand beside the others.
    """
    require_checkout("infra new")
    project = NewProduct(product, ROOT)
    options = {
        "domain": domain or f"{product}.example",
        "email": email,
        "owner": owner,
        "region": region,
    }
    if problems := list(option_problems(**options)):
        raise ProblemsError(problems)
    console = Console()
    contents = project.contents(**options)
    for file, content in contents.items():
        place = file.relative_to(ROOT)
        if file.exists():
            console.print(f"  kept     {place}", highlight=False)
            continue
        if not dry_run:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, content.encode())
        console.print(f"  {'would write' if dry_run else 'wrote'}    {place}", highlight=False)
    if dry_run:
        console.print(f"  would name {product} in stacks/catalogue.py", highlight=False)
        return
    _format(list(contents))
    _check(project.package)
    project.register()
    console.print("  changed  stacks/catalogue.py", highlight=False)
    with console.status("Pinning its addresses"):
        _pin_addresses()
    for environment in ENVIRONMENTS:
        console.print(f"  wrote    tests/golden/{product}-{environment}.txt", highlight=False)
    console.print("  changed  tests/golden/account.txt, tests/golden/state-backend.txt", highlight=False)
    _write_workflows()
    console.print("  changed  .github/workflows", highlight=False)
    console.print(
        f"\nIts settings are in stacks/{project.package}/settings.py. Next:\n"
        f"  INFRA_STACKS='{product}-*' python main.py\n"
        f"  infra sandbox {product}-dev\n"
        "\nWhat to add to it: modules/README.md. Which files that changes: CONTRIBUTING.md",
        highlight=False,
    )


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
    yield from (Problem(where="--region", what=one.what) for one in region_problems(region))


class NewProduct:
    """A product that is about to be written. Raises ProblemsError for a name that can't be one."""

    def __init__(self, name: str, project: Path) -> None:
        self.name, self._project = name, project
        self.package = name.replace("-", "_")
        self._catalogue = project / "stacks" / "catalogue.py"
        if problems := list(self._problems()):
            raise ProblemsError(problems)

    def contents(self, *, domain: str, email: str, owner: str, region: str) -> dict[Path, str]:
        """The files of the product and what is in them."""
        values = {
            "product": self.name,
            "package": self.package,
            "title": "".join(word.capitalize() for word in self.name.split("-")),
            "database": self.package,
            "version": str(DEFAULT_VERSION),
            **{f"{one}_cidr": str(cidr) for one, cidr in self._free_networks().items()},
            "domain": domain,
            "email": email,
            "owner": owner,
            "region": region,
        }
        stack, tests = (
            self._project / "stacks" / self.package,
            self._project / "tests" / "stacks" / self.package,
        )
        places = {
            stack / "__init__.py": "__init__.py.txt",
            stack / "settings.py": "settings.py.txt",
            stack / "connections.py": "connections.py.txt",
            stack / "stack.py": "stack.py.txt",
            stack / "usage.toml": "usage.toml.txt",
            tests / "test_specification.py": "test_specification.py.txt",
        }
        return {
            file: Template((TEMPLATE / template).read_text()).substitute(values)
            for file, template in places.items()
        }

    def register(self) -> None:
        """Name it in the catalogue, last: until then nothing of it is synthesized."""
        text = self._catalogue.read_text()
        names = list(dict.fromkeys((*self._registered(text), self.package)))
        listed = ", ".join(f'"{name}"' for name in names)
        write_atomically(self._catalogue, _PRODUCTS.sub(f"PRODUCTS = ({listed})", text).encode())

    @property
    def is_pinned(self) -> bool:
        """Whether the last step of an earlier run was done."""
        golden = self._project / "tests/golden"
        return all((golden / f"{self.name}-{environment}.txt").exists() for environment in ENVIRONMENTS)

    @property
    def _is_taken(self) -> bool:
        stacks = self._project / "stacks"
        return self.package in ("account", "state_backend") or any(
            path.is_file() for path in (stacks / self.package, stacks / f"{self.package}.py")
        )

    def _registered(self, text: str) -> list[str]:
        found = _PRODUCTS.search(text)
        if found is None:
            why = "has no line `PRODUCTS = (…)`; add the product's folder to its products by hand"
            raise ProblemsError.one("stacks/catalogue.py", why)
        return re.findall(r'"(\w+)"', found["names"])

    def _problems(self) -> Iterator[Problem]:
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST or keyword.iskeyword(self.package):
            allowed = (
                f"lower-case words joined by '-', at most {_LONGEST} characters, no word of Python's own"
            )
            yield Problem(
                where="product", what=refusal(got=repr(self.name), allowed=allowed, fix="rename it")
            )
        elif self._is_taken:
            allowed = "a name that no file of stacks/ has"
            yield Problem(
                where="product", what=refusal(got=repr(self.name), allowed=allowed, fix="rename it")
            )
        elif self.is_pinned and self.package in self._registered(self._catalogue.read_text()):
            allowed = "a product that the catalogue has not"
            why = refusal(got=repr(self.name), allowed=allowed, fix="take another name, or edit that product")
            yield Problem(where="product", what=why)

    def _free_networks(self) -> dict[str, IPv4Network]:
        """A network for each environment, which no other has."""
        from stacks.catalogue import catalogue

        taken = [network for entry in catalogue().values() for network in entry.networks]
        all_of_them = IPv4Network("10.0.0.0/8").subnets(new_prefix=16)
        free = (one for one in all_of_them if not any(one.overlaps(other) for other in taken))
        found = dict(zip(ENVIRONMENTS, free, strict=False))
        if len(found) < len(ENVIRONMENTS):
            why = refusal(
                got=f"{len(found)} free networks",
                allowed=f"{len(ENVIRONMENTS)}, each a /16 of 10.0.0.0/8",
                fix="narrow an environment's",
            )
            raise ProblemsError.one("network", why)
        return found


def _format(files: Sequence[Path]) -> None:
    """Sort imports and break lines as the length of the product's name has it."""
    python = [file for file in files if file.suffix == ".py"]
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *map(str, python)], cwd=ROOT, check=False)


def _check(package: str) -> None:
    """Raise ProblemsError where the product can't stand beside the others; the catalogue stays as it is."""
    code = (
        f"from stacks.catalogue import catalogue, checked; from stacks.{package} import entries; "
        "others = {entry.name: entry for entry in catalogue().values()}; "
        "checked({**others, **{entry.name: entry for entry in entries()}}.values())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1]
        raise ProblemsError.one(f"stacks/{package}", f"{last}; correct it, then run the command again")


def _write_workflows() -> None:
    """As `infra workflows` does: in a process of its own, for this one knows the catalogue before."""
    code = "from operations.workflows import workflows; workflows(check=False)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProblemsError.one(".github/workflows", "could not be written; run: infra workflows")


def _pin_addresses() -> None:
    """Update tests/golden, as `make golden` does."""
    command = [sys.executable, "-m", "pytest", "--quiet", "--update", "tests/stacks/test_addresses.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        why = f"could not be pinned; fix what it says, then `make golden`:\n{done.stdout[-2000:]}"
        raise ProblemsError.one("addresses", why)
