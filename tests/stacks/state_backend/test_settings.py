"""The state backend follows the files that name it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from backend.settings import S3States
from modules.errors import ProblemsError
from modules.tagging import TagPolicy
from stacks.entry import Entry
from stacks.state_backend import entries
from stacks.state_backend.settings import NAME, RECOVERY, state_backend_settings

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


def test_states_of_recoveries_have_policies_in_their_own_state_backend(tmp_path: Path) -> None:
    (tmp_path / "default.s3.tfbackend").write_text(FILE.format("states", "eu-west-1"))
    (tmp_path / "default-recovery.s3.tfbackend").write_text(FILE.format("others", "eu-central-1"))
    stacks = ("ohi-prod", "ohi-prod-recovery", NAME, RECOVERY)
    first, second = (
        state_backend_settings(S3States(directory=tmp_path), stacks, name=name) for name in (NAME, RECOVERY)
    )
    assert first.backend.stacks == ("ohi-prod", NAME)
    assert second.backend.stacks == ("ohi-prod-recovery", RECOVERY)
    assert (first.environment.region, second.environment.region) == ("eu-west-1", "eu-central-1")


def test_one_state_backend_for_both_regions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "default.s3.tfbackend").write_text(FILE.format("states", "eu-west-1"))
    with pytest.raises(ProblemsError, match="state of state-backend-recovery: got a state in eu-west-1"):
        state_backend_settings(S3States(directory=tmp_path), (NAME, RECOVERY), name=RECOVERY)


def test_only_a_catalogue_with_a_recovery_has_its_state_backend() -> None:
    primary = Entry(
        name="shop-prod",
        build=lambda _scope, _state: None,
        tag_policy=TagPolicy(name="shop", required=("Owner",)),
        networks=(),
        domains=(),
    )
    recovery = replace(primary, name="shop-prod-recovery", recovery_of="shop-prod")
    assert [one.name for one in entries([primary])] == [NAME]
    assert [one.name for one in entries([primary, recovery])] == [NAME, RECOVERY]
