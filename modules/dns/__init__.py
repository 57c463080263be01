"""Domains: hosted zones, their records, certificates."""
