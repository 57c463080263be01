"""Terraform backends of the stacks: S3, Terraform Cloud or local, by configuration."""

from backend.keys import state_key, state_keys
from backend.s3_settings import S3Settings
from backend.settings import BackendSettings, CloudSettings, LocalSettings, S3States, load, s3_states
from backend.terraform import configure

__all__ = [
    "BackendSettings",
    "CloudSettings",
    "LocalSettings",
    "S3Settings",
    "S3States",
    "configure",
    "load",
    "s3_states",
    "state_key",
    "state_keys",
]
