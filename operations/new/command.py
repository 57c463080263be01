"""`infra new PRODUCT`: the files of a small product, and its name in the catalogue."""

from __future__ import annotations

import keyword
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Network
from pathlib import Path
from string import Template
from typing import Annotated

import typer
from rich.console import Console

from modules.databases.common.settings import DEFAULT_VERSION
from modules.errors import Problem, ProblemsError, refusal
from modules.files import write_atomically
from operations.console import DryRun
from operations.new.checks import check, option_problems, python
from operations.project import ROOT, require_checkout

TEMPLATE = Path(__file__).parent / "template"
ENVIRONMENTS = ("dev", "prod")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
# With the environment, and room for what it names, in the 32 characters of a load balancer.
_LONGEST = 16
# The defaults of its options.
_EMAIL, _OWNER, _REGION = "team@example.com", "platform-team", "eu-west-1"
_PRODUCTS = re.compile(r"^PRODUCTS = \((?P<names>[^)]*)\)$", re.MULTILINE)


def new(
    product: Annotated[
        str,
        typer.Argument(
            help="Its name, such as shop: lower-case words joined by '-', the first beginning with a letter, "
            f"{_LONGEST} characters at most"
        ),
    ],
    *,
    domain: Annotated[
        str | None,
        typer.Option(help="The domain of production; dev is below it", show_default="PRODUCT.example"),
    ] = None,
    email: Annotated[
        str | None, typer.Option(help="The address that its alarms notify", show_default=_EMAIL)
    ] = None,
    owner: Annotated[str | None, typer.Option(help="The value of its Owner tag", show_default=_OWNER)] = None,
    region: Annotated[
        str | None, typer.Option(help="The AWS region that it is deployed to", show_default=_REGION)
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Write a small product, in dev and prod: a public API in a container, PostgreSQL and a cache.

    It synthesizes and passes the tests of every stack as it is. Files that are there already stay as they
    are, so a run that was interrupted is completed by the next.

    Everything is checked before a file is written, and so with --dry-run.

    Exits with 0, and with 2 for wrong input or a product that can't stand beside the others.
    """
    require_checkout("infra new")
    project = NewProduct(product, ROOT)
    given = {"domain": domain, "email": email, "owner": owner, "region": region}
    defaults = {"domain": f"{product}.example", "email": _EMAIL, "owner": _OWNER, "region": _REGION}
    options = {name: value if value is not None else defaults[name] for name, value in given.items()}
    if problems := list(option_problems(**options)):
        raise ProblemsError(problems)
    console = Console()
    contents = project.contents(**options)
    with console.status("Checking it beside the others"):
        check(project.package, contents)
    _write(contents, console, dry_run=dry_run)
    for line in project.ignored({name: value for name, value in given.items() if value is not None}):
        console.print(line, highlight=False, soft_wrap=True)
    if dry_run:
        console.print(f"  would name {product} in stacks/catalogue.py", highlight=False)
        return
    _format(list(contents))
    project.register()
    console.print("  changed  stacks/catalogue.py", highlight=False)
    with console.status("Pinning its addresses"):
        pin_addresses(product)
    for environment in ENVIRONMENTS:
        console.print(f"  wrote    tests/golden/{product}-{environment}.txt", highlight=False)
    console.print("  changed  tests/golden/account.txt, tests/golden/state-backend.txt", highlight=False)
    for workflow in _write_workflows():
        console.print(f"  changed  {workflow}", highlight=False)
    console.print(
        f"\nIts settings are in stacks/{project.package}/settings.py. Next:\n"
        f"  INFRA_STACKS='{product}-*' python main.py\n"
        f"  python -m pytest tests/stacks/{project.package}\n"
        f"  infra sandbox {product}-dev\n"
        f"  git add stacks tests .github && git commit -m 'Add {product}'\n"
        "\nWhat to add to it: modules/README.md. Which files that changes: CONTRIBUTING.md",
        highlight=False,
        soft_wrap=True,
    )


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

    def ignored(self, options: Mapping[str, str]) -> Iterator[str]:
        """For each option that the settings, kept from an earlier run, do not have: a line that says so."""
        settings = self._project / "stacks" / self.package / "settings.py"
        text = settings.read_text() if settings.exists() else ""
        for option, value in options.items():
            if text and f'"{value}"' not in text:
                kept = settings.relative_to(self._project)
                yield f"  ignored  --{option} {value}: {kept} has another; edit it there"

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
                f"lower-case words joined by '-', the first beginning with a letter, "
                f"at most {_LONGEST} characters, no word of Python's own"
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


def _write(contents: Mapping[Path, str], console: Console, *, dry_run: bool) -> None:
    """Write the files that there are not, and say so of each."""
    for file, content in contents.items():
        place = file.relative_to(ROOT)
        if file.exists():
            console.print(f"  kept     {place}", highlight=False)
            continue
        if not dry_run:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, content.encode())
        console.print(f"  {'would write' if dry_run else 'wrote'}    {place}", highlight=False)


def _format(files: Sequence[Path]) -> None:
    """Sort imports and break lines as the length of the product's name has it."""
    python = [file for file in files if file.suffix == ".py"]
    for command in (["check", "--quiet", "--fix", "--select", "I"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *map(str, python)], cwd=ROOT, check=False)


def _write_workflows() -> list[str]:
    """The files that `infra workflows` writes, in a process that knows the catalogue as it is now."""
    done = python("-c", "from operations.workflows import workflows; workflows(check=False)")
    if done.returncode:
        raise ProblemsError.one(".github/workflows", "could not be written; run: infra workflows")
    return [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("  wrote")]


def pin_addresses(product: str) -> None:
    """Update tests/golden, as `make golden` does."""
    test = "tests/stacks/test_addresses.py::test_addresses_are_as_pinned"
    done = python("-m", "pytest", "--quiet", "--update", test)
    if done.returncode:
        package = product.replace("-", "_")
        why = (
            f"those of {product} could not be pinned. `python -m pytest {test}` says why; correct it, then "
            "`make golden` and `infra workflows`. To undo: take the product out of PRODUCTS in "
            f"stacks/catalogue.py, remove stacks/{package}, tests/stacks/{package} and "
            f"tests/golden/{product}-*.txt, then `make golden`"
        )
        raise ProblemsError.one("addresses", why)
