"""What the emulator refuses, for whoever checks an order of changes against it."""

from __future__ import annotations


def refused_operations() -> frozenset[str]:
    """Operations that are refused because of what exists, such as `ec2:DeleteSubnet`."""
    from aws_emulator.strict.conflicts import CONFLICTS

    return frozenset(f"{each.service}:{each.operation}" for each in CONFLICTS)
