"""What `python main.py` answers to arguments: it takes none. Imported only where there are some. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from modules.errors import ProblemsError, refusal

_USAGE = """Usage: python main.py

Writes the Terraform JSON of every stack to cdktf.out/stacks/<stack>/cdk.tf.json. It takes no arguments:

  INFRA_STACKS='ohi-*,account' python main.py   these stacks only, by names and globs
  INFRA_BACKEND=s3|cloud|local                  where the states are; s3 by default
  CDKTF_OUTDIR=DIRECTORY                        where to write instead of cdktf.out

README.md has the others. Plans, deployments and all else: infra --help.
"""


def answer(arguments: Sequence[str]) -> str:
    """How to use it, where that is asked. Raises ProblemsError for any other argument."""
    if any(one in {"-h", "--help"} for one in arguments):
        return _USAGE
    stacks = ",".join(one for one in arguments if not one.startswith("-"))
    fix = f"INFRA_STACKS='{stacks}' python main.py" if stacks else "INFRA_STACKS=… python main.py"
    got = " ".join(map(repr, arguments))
    why = refusal(got=got, allowed="no arguments", fix=f"to narrow synthesis to stacks: {fix}")
    raise ProblemsError.one("python main.py", why)
