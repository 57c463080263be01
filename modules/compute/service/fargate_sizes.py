"""Combinations of CPU and memory that Fargate supports. Pure.

CPU is in CPU units (1024 are one vCPU), memory in MiB. Source: Amazon ECS developer guide, "Task definition
parameters for Fargate", task size, for Linux.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...errors import Problem, refusal

_GIB = 1024

FARGATE_SIZES: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(range(1 * _GIB, 4 * _GIB + 1, _GIB)),
    1024: tuple(range(2 * _GIB, 8 * _GIB + 1, _GIB)),
    2048: tuple(range(4 * _GIB, 16 * _GIB + 1, _GIB)),
    4096: tuple(range(8 * _GIB, 30 * _GIB + 1, _GIB)),
    8192: tuple(range(16 * _GIB, 60 * _GIB + 1, 4 * _GIB)),
    16384: tuple(range(32 * _GIB, 120 * _GIB + 1, 8 * _GIB)),
}


def size_problems(cpu: int, memory: int) -> Iterator[Problem]:
    """A combination that Fargate does not support, with the memory values that the CPU allows."""
    if cpu not in FARGATE_SIZES:
        allowed = ", ".join(map(str, FARGATE_SIZES))
        why = refusal(got=f"{cpu} CPU units", allowed=allowed, fix="take the next one up")
        yield Problem(where="cpu", what=why)
    elif memory not in FARGATE_SIZES[cpu]:
        why = refusal(
            got=f"{memory} MiB with {cpu} CPU units",
            allowed=", ".join(map(str, FARGATE_SIZES[cpu])),
            fix="take one of these, or another CPU",
        )
        yield Problem(where="memory", what=why)
