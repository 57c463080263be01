"""What the doctor examines: a checkout, the environment, the programs on PATH, this Python's packages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from operations.versions import Needed, needed, normalised

PROJECT = Path(__file__).parent.parent.parent
# Seconds; a program that takes longer to tell its version, or a service to answer, is as good as absent.
PATIENCE = 5
REACH = 2


class NoAnswerError(Exception):
    """A program did not run, failed, or took too long."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One checkout on one computer; a test makes one of its own."""

    root: Path
    environ: Mapping[str, str]
    python: str
    installed: Mapping[str, str]

    @classmethod
    def this(cls) -> Machine:
        """The computer, the checkout and the Python that this program runs in."""
        # The same package may be on the path twice; the first is what gets imported.
        found = reversed([(normalised(one.name), one.version) for one in distributions()])
        version = ".".join(str(number) for number in sys.version_info[:3])
        return cls(root=PROJECT, environ=os.environ, python=version, installed=dict(found))

    @property
    def needed(self) -> Needed:
        """The versions that the checkout needs."""
        return needed(self.root)

    @property
    def home(self) -> Path:
        """The home directory, where caches and credentials are."""
        return Path(self.environ.get("HOME") or Path.home())

    def which(self, program: str) -> Path | None:
        """A program on PATH."""
        found = shutil.which(program, path=self.environ.get("PATH", ""))
        return Path(found) if found else None

    def short(self, file: Path | str) -> str:
        """A path as it is typed in the checkout."""
        path = Path(file)
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def ask(self, command: Sequence[str | Path]) -> str:
        """What a program writes to its standard output. Raises NoAnswerError."""
        # Neither Terraform nor cdktf may call home for a question about its version.
        environment = {**self.environ, "CHECKPOINT_DISABLE": "1", "DISABLE_VERSION_CHECK": "1"}
        try:
            answer = subprocess.run(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                timeout=PATIENCE,
            )
        except subprocess.TimeoutExpired:
            raise NoAnswerError(f"did not answer within {PATIENCE} s") from None
        except subprocess.CalledProcessError as error:
            raise NoAnswerError(f"failed with exit code {error.returncode}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise NoAnswerError(f"does not run: {error}") from None
        return answer.stdout.strip()
