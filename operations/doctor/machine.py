"""The machine that is examined: a checkout, the environment, programs on PATH, installed packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from cdktf_fast_synthesis import toolkit
from operations.project import ROOT
from operations.versions import Needed, needed, normalised

# Seconds, after which a program or a service counts as absent.
PROGRAM_TIMEOUT = 5
CONNECTION_TIMEOUT = 2


class NoAnswerError(Exception):
    """A program did not run, failed, or took too long."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """A checkout on a computer; tests make their own."""

    root: Path
    environ: Mapping[str, str]
    python: str
    installed: Mapping[str, str]
    toolkit: str = "cdktf"  # or cdktn: what is installed with this Python

    @classmethod
    def this(cls) -> Machine:
        """The machine, the checkout and the Python that this program runs on."""
        # The same package may be on the path twice; the first is what gets imported.
        found = reversed([(normalised(one.name), one.version) for one in distributions()])
        version = ".".join(str(number) for number in sys.version_info[:3])
        return cls(root=ROOT, environ=os.environ, python=version, installed=dict(found), toolkit=toolkit())

    @property
    def needed(self) -> Needed:
        """The versions that the checkout needs."""
        return needed(self.root, self.toolkit)

    @property
    def home(self) -> Path:
        """The home directory, where caches and credentials are."""
        return Path(self.environ.get("HOME") or Path.home())

    def which(self, program: str) -> Path | None:
        """A program on PATH."""
        found = shutil.which(program, path=self.environ.get("PATH", ""))
        return Path(found) if found else None

    def short(self, file: Path | str) -> str:
        """A path as a person types it in the checkout."""
        path = Path(file)
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def run(self, command: Sequence[str | Path]) -> str:
        """Run a program; what it writes to standard output. Raises NoAnswerError."""
        # `terraform version` and `cdktf --version` would look for newer versions on the internet.
        environment = {**self.environ, "CHECKPOINT_DISABLE": "1", "DISABLE_VERSION_CHECK": "1"}
        try:
            answer = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                timeout=PROGRAM_TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise NoAnswerError(f"did not answer within {PROGRAM_TIMEOUT} s") from None
        except subprocess.CalledProcessError as error:
            raise NoAnswerError(f"failed with exit code {error.returncode}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise NoAnswerError(f"does not run: {error}") from None
        return answer.stdout.strip()
