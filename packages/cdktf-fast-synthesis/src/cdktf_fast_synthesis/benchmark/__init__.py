"""Synthesis measured against stock cdktf, in ratios and exact counts; the output must be equal.

`python -m cdktf_fast_synthesis.benchmark --help`
"""

from .report import Report, compare_with_stock
from .runs import Run, run_program

__all__ = ["Report", "Run", "compare_with_stock", "run_program"]
