#!/usr/bin/env python3
"""Composition root: the catalogue of stacks, synthesized. `INFRA_STACKS=ohi-dev` narrows `python main.py`."""

import os
import sys

import cdktf_fast_synthesis
from modules.errors import ProblemsError


def main() -> int:
    """Synthesize; say what is wrong in sentences, with exit code 2."""
    try:
        if arguments := sys.argv[1:]:
            from stacks.arguments import answer

            sys.stdout.write(answer(arguments))
            return 0

        from stacks.preflight import check_directories, check_language, check_node, chosen_toolkit

        check_language()
        check_directories()
        cdktf_fast_synthesis.install(toolkit=chosen_toolkit())  # before anything imports cdktf
        check_node()

        import backend
        from stacks.catalogue import catalogue, needed, selected
        from stacks.output import output_directory
        from stacks.synthesis import synthesize

        few = needed(os.environ)
        stacks = few or catalogue()
        synthesize(
            selected(stacks, os.environ),
            state=backend.load(),
            output=output_directory(),
            known=None if few else stacks,
        )
    except (ProblemsError, cdktf_fast_synthesis.SynthesisError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        # Nothing is written before everything is synthesized.
        return 130
    return 0


if __name__ == "__main__":
    cdktf_fast_synthesis.end(main())
