"""The state backend follows the files that name it."""

from __future__ import annotations

from pathlib import Path

from backend.settings import S3States
from stacks.state_backend.settings import state_backend_settings

FILE = 'bucket = "{}"\nregion = "{}"\nkms_key_id = "alias/states"\n'


def test_a_stack_whose_state_is_elsewhere_gets_no_policy_here(tmp_path: Path) -> None:
    (tmp_path / "default.s3.tfbackend").write_text(FILE.format("states", "eu-west-1"))
    (tmp_path / "ohi-prod.s3.tfbackend").write_text(FILE.format("elsewhere", "eu-west-1"))
    states = S3States(directory=tmp_path)
    made = state_backend_settings(states, ("ohi-dev", "ohi-prod", "state-backend"))
    assert made.backend.stacks == ("ohi-dev", "state-backend")


def test_it_stands_in_the_region_of_its_bucket(tmp_path: Path) -> None:
    (tmp_path / "default.s3.tfbackend").write_text(FILE.format("states", "eu-central-1"))
    made = state_backend_settings(S3States(directory=tmp_path), ("state-backend",))
    assert made.environment.region == "eu-central-1"
