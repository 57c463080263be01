"""Fargate's sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.compute.service.fargate_sizes import FARGATE_SIZES, size_problems


@pytest.mark.parametrize(
    ("cpu", "lowest", "highest", "count"),
    [
        (256, 512, 2048, 3),
        (512, 1024, 4096, 4),
        (1024, 2048, 8192, 7),
        (2048, 4096, 16384, 13),
        (4096, 8192, 30720, 23),
        (8192, 16384, 61440, 12),
        (16384, 32768, 122880, 12),
    ],
)
def test_the_table_is_that_of_aws(cpu: int, lowest: int, highest: int, count: int) -> None:
    memories = FARGATE_SIZES[cpu]
    assert (memories[0], memories[-1], len(memories)) == (lowest, highest, count)


def test_a_memory_that_does_not_go_with_its_cpu_is_refused_with_those_that_do() -> None:
    (problem,) = size_problems(256, 4096)
    assert str(problem) == (
        "memory: got 4096 MiB with 256 CPU units; allowed: 512, 1024, 2048; take one of these, or another CPU"
    )


def test_an_unknown_cpu_is_refused_with_the_known_ones() -> None:
    (problem,) = size_problems(300, 512)
    assert str(problem).startswith("cpu: got 300 CPU units; allowed: 256, 512, 1024, 2048, 4096, 8192, 16384")


@given(st.sampled_from(sorted(FARGATE_SIZES)), st.integers(1, 130_000))
def test_a_pair_passes_exactly_if_it_is_in_the_table(cpu: int, memory: int) -> None:
    assert bool([*size_problems(cpu, memory)]) is (memory not in FARGATE_SIZES[cpu])
