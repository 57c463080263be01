"""Which backend is chosen, and what a `*.s3.tfbackend` file may say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.s3_settings import S3Settings
from backend.settings import CloudSettings, LocalSettings, S3States, load
from modules.assumed_role import AssumedRole
from modules.errors import ProblemsError

ROLE = "arn:aws:iam::210987654321:role/states"
GOOD = {"bucket": '"states"', "region": '"eu-west-1"', "dynamodb_table": '"locks"'}


def folder_with(tmp_path: Path, text: str, name: str = "default") -> Path:
    folder = tmp_path / "backend"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.s3.tfbackend").write_text(text)
    return folder


def text_of(**lines: str | None) -> str:
    merged = {**GOOD, **lines}
    return "\n".join(f"{key} = {value}" for key, value in merged.items() if value is not None)


def settings_of(tmp_path: Path, text: str) -> S3Settings:
    states = load({}, directory=folder_with(tmp_path, text))
    assert isinstance(states, S3States)
    return states.of("ohi-dev")


def test_the_file_that_ships_is_locked_twice_and_encrypted_with_a_key() -> None:
    states = load({})
    assert isinstance(states, S3States)
    shipped = states.of("ohi-prod")
    assert shipped.use_lockfile
    assert shipped.dynamodb_table
    assert shipped.encrypt
    assert shipped.kms_key_id
    assert shipped.kms_key_id.startswith("alias/")


def test_a_file_is_read_as_terraform_reads_it(tmp_path: Path) -> None:
    text = """
        # what a person wrote
        bucket = "states" // here
        /* region = "us-east-1" */
        region = "eu-west-1"
        use_lockfile=false
        dynamodb_table = "locks"
    """
    assert settings_of(tmp_path, text) == S3Settings(
        bucket="states", region="eu-west-1", use_lockfile=False, dynamodb_table="locks"
    )


def test_a_role_reads_and_writes_the_states(tmp_path: Path) -> None:
    text = text_of(assume_role=f'{{\n  role_arn = "{ROLE}"\n  external_id = "shop"\n}}')
    role = AssumedRole(role_arn=ROLE, external_id="shop")
    # Read again, it comes from the cache of parsed files.
    assert [settings_of(tmp_path, text).assume_role for _ in range(2)] == [role, role]


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ('{ role_arn = "states" }', "assume_role.role_arn: got 'states'"),
        ('{ session_name = "me" }', "assume_role.role_arn: "),
        ("{ role_arn = var.role }", "assume_role.role_arn: got '${var.role}'; allowed: \"text\""),
        (f'{{ role_arn = "{ROLE}", session_name = "a b" }}', "assume_role.session_name: got 'a b'"),
        (f'{{ role_arn = "{ROLE}", external_id = "é" }}', "assume_role.external_id: got 'é'"),
        (f'{{ role_arn = "{ROLE}", policy = "{{}}" }}', "assume_role.policy: got an unknown key"),
        (f'"{ROLE}"', "assume_role: got "),
        ("{}", "assume_role: got "),
    ],
)
def test_a_role_that_cannot_be_assumed_is_refused(tmp_path: Path, role: str, refused: str) -> None:
    with pytest.raises(ProblemsError) as error:
        settings_of(tmp_path, text_of(assume_role=role))
    assert refused in str(error.value)


@pytest.mark.parametrize(
    ("lines", "locks"),
    [
        ({}, ("locks", True)),
        ({"dynamodb_table": None}, (None, True)),
        ({"use_lockfile": "false"}, ("locks", False)),
    ],
)
def test_both_locks_by_default_and_either_alone(
    tmp_path: Path, lines: dict[str, str | None], locks: tuple[str | None, bool]
) -> None:
    made = settings_of(tmp_path, text_of(**lines))
    assert (made.dynamodb_table, made.use_lockfile) == locks


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"bucket": None}, r"^backend/default.s3.tfbackend: bucket: is required .* set it$"),
        ({"region": None}, r"default.s3.tfbackend: region: is required"),
        ({"bucket": '""'}, r"default.s3.tfbackend: bucket: got ''; allowed: 3 to 63"),
        ({"bucket": '"Upper"'}, r"bucket: got 'Upper'; allowed: 3 to 63 of a-z, 0-9 and '-'"),
        ({"region": '"Ireland"'}, r"region: got 'Ireland'; allowed: a region such as eu-west-1"),
        ({"kms_key_id": '"my key"'}, r"kms_key_id: got 'my key'; allowed: alias/… or an ARN"),
        ({"dynamodb_table": '"t"'}, r"dynamodb_table: got 't'; allowed: 3 to 255"),
        ({"encrypt": "false"}, r"encrypt: got false; allowed: true; states may hold secrets"),
        (
            {"use_lockfile": "false", "dynamodb_table": None},
            r"use_lockfile: got false without .* either lock",
        ),
        ({"encrypt": '"yes"'}, r"encrypt: got 'yes'; input should be a valid boolean"),
        ({"bucket": "7"}, r"bucket: got 7; allowed: \"text\", true or false; write the value itself"),
        ({"bucket": "states"}, r"bucket: got 'states'; allowed: \"text\""),
        ({"bucket": "true"}, r"bucket: got True; input should be a valid string"),
        ({"bucket": '"${var.bucket}"'}, r"bucket: got .*var.bucket.*; write the value itself"),
        ({"key": '"ohi-prod/terraform.tfstate"'}, r"key: comes from the stack's name, .*; remove it"),
        ({"workspace_key_prefix": '"x"'}, r"workspace_key_prefix: comes from the stack's name"),
        ({"secret_key": '"hunter2"'}, r"secret_key: credentials never stand in a file; remove it"),
        ({"profile": '"me"'}, r"profile: the file names no profile; .* AWS_PROFILE"),
        ({"role_arn": '"x"'}, r"role_arn: is no longer read by Terraform; write assume_role = "),
        ({"bukcet": '"x"'}, r"bukcet: got an unknown key; allowed: bucket, region, encrypt"),
        ({"region": '"eu-west-1"\nregion = "eu-west-2"'}, r"region: is set more than once; keep one"),
        ({"region": ""}, r"^backend/default.s3.tfbackend, line \d: is not `name = \"value\"`"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_by_file_and_key(
    tmp_path: Path, lines: dict[str, Any], message: str
) -> None:
    folder = folder_with(tmp_path, text_of(**lines))
    with pytest.raises(ProblemsError) as refused:
        load({}, directory=folder)
    assert re.search(message, str(refused.value))
    assert "hunter2" not in str(refused.value)


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, 'key = "x"\nbucket = "B"\nregion = 3\ntoken = "t"')
    with pytest.raises(ProblemsError) as refused:
        load({}, directory=folder)
    said = [problem.where.split(": ")[1] for problem in refused.value.problems]
    assert said == ["key", "region", "token", "bucket"]


def test_a_stack_with_a_file_of_its_own_keeps_its_state_there(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, text_of())
    folder_with(tmp_path, text_of(bucket='"elsewhere"'), "ohi-prod")
    states = load({}, directory=folder)
    assert isinstance(states, S3States)
    assert [states.of(stack).bucket for stack in ("ohi-dev", "ohi-prod")] == ["states", "elsewhere"]


def test_another_file_is_chosen_by_name(tmp_path: Path) -> None:
    folder_with(tmp_path, text_of())
    folder = folder_with(tmp_path, text_of(bucket='"second"'), "second-account")
    states = load({"INFRA_BACKEND_CONFIG": "second-account"}, directory=folder)
    assert isinstance(states, S3States)
    assert states.of("ohi-dev").bucket == "second"


def test_a_file_that_is_not_there_lists_those_that_are(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, text_of())
    with pytest.raises(ProblemsError, match="INFRA_BACKEND_CONFIG: got 'other'; allowed: default; name one"):
        load({"INFRA_BACKEND_CONFIG": "other"}, directory=folder)


def test_an_unknown_backend_lists_the_three() -> None:
    with pytest.raises(ProblemsError, match="INFRA_BACKEND: got 'gcs'; allowed: s3, cloud, local; set it"):
        load({"INFRA_BACKEND": "gcs"})


def test_terraform_cloud_is_set_by_terraforms_own_variables(tmp_path: Path) -> None:
    (tmp_path / "terraform").touch(mode=0o755)
    environ = {
        "INFRA_BACKEND": "cloud",
        "PATH": str(tmp_path),
        "TF_CLOUD_ORGANIZATION": "ohealth",
        "TF_CLOUD_PROJECT": "ohi",
        "TF_CLOUD_HOSTNAME": "tfe.example.com",
    }
    assert load(environ) == CloudSettings(organization="ohealth", project="ohi", hostname="tfe.example.com")


def test_terraform_cloud_without_organization_or_terraform_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as refused:
        load({"INFRA_BACKEND": "cloud", "PATH": str(tmp_path)})
    assert [problem.where for problem in refused.value.problems] == ["TF_CLOUD_ORGANIZATION", "terraform"]


@pytest.mark.parametrize("hostname", ["https://tfe.example.com/", "tfe.example.com/", "tfe example"])
def test_a_host_of_terraform_cloud_is_a_name(tmp_path: Path, hostname: str) -> None:
    (tmp_path / "terraform").touch(mode=0o755)
    place = {"TF_CLOUD_ORGANIZATION": "ohealth", "TF_CLOUD_HOSTNAME": hostname}
    with pytest.raises(ProblemsError, match=r"TF_CLOUD_HOSTNAME: got '.*'; allowed: a host name") as refused:
        load({"INFRA_BACKEND": "cloud", "PATH": str(tmp_path), **place})
    assert [problem.where for problem in refused.value.problems] == ["TF_CLOUD_HOSTNAME"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TF_CLOUD_ORGANIZATION", " ohealth"),
        ("TF_CLOUD_ORGANIZATION", "ohealth\n"),
        ("TF_CLOUD_PROJECT", " "),
        ("TF_CLOUD_HOSTNAME", " tfe.example.com"),
    ],
)
def test_a_variable_with_stray_spaces_is_refused_by_its_name(
    tmp_path: Path, variable: str, value: str
) -> None:
    (tmp_path / "terraform").touch(mode=0o755)
    environ = {"INFRA_BACKEND": "cloud", "PATH": str(tmp_path), "TF_CLOUD_ORGANIZATION": "ohealth"}
    with pytest.raises(ProblemsError) as refused:
        load({**environ, variable: value})
    assert str(refused.value).startswith(f"{variable}: got {value!r}; allowed: ")
    assert len(refused.value.problems) == 1


def test_local_states_need_no_file(tmp_path: Path) -> None:
    assert load({"INFRA_BACKEND": "local"}, directory=tmp_path) == LocalSettings()


def test_settings_are_read_without_cdktf() -> None:
    code = "import backend, sys; backend.load(); sys.exit('cdktf' in sys.modules or 'jsii' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_states_of_recoveries_are_in_a_file_of_their_own(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, text_of())
    folder_with(tmp_path, text_of(bucket='"others"', region='"eu-central-1"'), name="default-recovery")
    folder_with(tmp_path, text_of(bucket='"own"'), name="shop-prod-recovery")
    states = load({}, directory=folder)
    assert isinstance(states, S3States)
    stacks = ("ohi-prod", "ohi-prod-recovery", "state-backend-recovery", "shop-prod-recovery")
    assert [states.of(stack).bucket for stack in stacks] == ["states", "others", "others", "own"]
    assert not list(states.region_problems("ohi-prod-recovery", primary_region="eu-west-1"))


def test_another_file_of_all_stacks_has_another_of_recoveries(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, text_of())
    folder_with(tmp_path, text_of(bucket='"first"'), name="default-recovery")
    folder_with(tmp_path, text_of(bucket='"second"'), name="second")
    states = load({"INFRA_BACKEND_CONFIG": "second"}, directory=folder)
    assert isinstance(states, S3States)
    assert states.of("ohi-prod-recovery").bucket == "second"


def test_a_state_that_is_lost_with_the_primary_is_refused(tmp_path: Path) -> None:
    states = S3States(directory=folder_with(tmp_path, text_of()))
    (problem,) = states.region_problems("ohi-prod-recovery", primary_region="eu-west-1")
    assert str(problem) == (
        "state of ohi-prod-recovery: got a state in eu-west-1, the region of its primary; allowed: a bucket "
        "in another region: it must be planned while that one is lost; name one in "
        "backend/default-recovery.s3.tfbackend"
    )


def test_the_files_that_ship_are_of_two_regions() -> None:
    states = load({})
    assert isinstance(states, S3States)
    first, second = states.default(), states.of("state-backend-recovery")
    assert first.region != second.region
    assert first.bucket != second.bucket
