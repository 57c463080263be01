"""Reusable constructs, one logical thing each, and the pure planners they are built on."""
