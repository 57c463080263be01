"""Which test runs each command that documents show, and why no test runs the few others."""

from __future__ import annotations

_CDKTF = "tests/operations/test_cdktf_cli.py::test_the_documented_commands_of_cdktf"
_DESTROYED = (
    "tests/emulator/test_stacks.py"
    "::test_a_stack_is_applied_paused_resumed_and_destroyed_unless_it_is_protected"
)
_LOCKS = "tests/emulator/test_state_locks.py"
_KILLED = f"{_LOCKS}::test_after_a_kill_the_documented_commands_unlock_and_converge"
_RESTORED = f"{_LOCKS}::test_an_older_version_is_restored_by_the_documented_commands"
_MOVED = "tests/emulator/test_state_moves.py::test_a_state_moves_to_s3_by_the_documented_commands"
_PLANNED = "tests/terraform/test_plans.py::test_every_stack_of_the_catalogue_plans"
_SAVED = (
    "tests/operations/plan/test_plan_applied.py"
    "::test_what_is_planned_is_told_saved_and_applied_as_it_was_saved"
)
_WHEEL = "packages/cdktf-fast-synthesis/tests/test_distribution.py::test_the_example_runs_from_the_wheel"
_RESTORED_DATABASE = (
    "tests/modules/databases/test_restore_applied.py"
    "::test_a_restored_database_takes_the_place_of_the_one_before_in_the_state"
)
_ROTATED_BY_HAND = (
    "tests/documents/test_rotation_runbook.py::test_a_secret_of_a_stack_is_found_and_rotated_by_hand"
)
_ASKS_DNS = "asks name servers of the internet, which tests don't"
_CERTIFICATE = (
    "tests/emulator/test_first_deployment.py::test_the_certificate_says_what_the_zone_of_before_must_have"
)
_ZONE = (
    "tests/emulator/test_first_deployment.py"
    "::test_the_zone_is_applied_alone_and_its_name_servers_are_an_output"
)
_ADOPTED = "tests/emulator/test_killed_apply.py::test_a_killed_apply_is_unlocked_and_what_it_made_is_adopted"
_PROMOTED = "tests/modules/databases/test_recovery_applied.py::test_a_replica_is_promoted_by_the_variable"
_TURNED = "tests/modules/pause/test_pause_applied.py::test_a_product_is_paused_and_resumed"
_IMAGES = (
    "tests/emulator/test_first_deployment.py::test_images_and_entries_are_there_before_the_first_service"
)
_COPY = "terraform -chdir=terraform/STACK"
_IN_STACK = "terraform -chdir=cdktf.out/stacks/STACK"
_CLOUD = "tests/operations/cloud/test_documented.py"
_SENT = f"{_CLOUD}::test_a_directory_is_sent_by_the_api"
_ON_CLOUD = "https://app.terraform.io/api/v2"
# Command, with STACK for the name of one → the test that runs it, or one that does the same.
RUN_BY = {
    "terraform init": _PLANNED,
    "terraform plan": _PLANNED,
    "npx cdktf synth": _CDKTF,
    "npx cdktf diff STACK": _CDKTF,
    "npx cdktf deploy STACK": _CDKTF,
    "npx cdktf output STACK": _CDKTF,
    "npx cdktf destroy STACK": _CDKTF,
    f"{_IN_STACK} init": _MOVED,
    f"{_IN_STACK} init -backend-config=../../../backend/default.s3.tfbackend": (
        f"{_LOCKS}::test_the_file_is_what_init_takes_too"
    ),
    f"{_IN_STACK} plan": _KILLED,
    f"{_IN_STACK} apply": _KILLED,
    "rm cdktf.out/stacks/STACK/adopt.tf": _ADOPTED,
    "cp -r cdktf.out/stacks terraform": _DESTROYED,
    "cp backend/default.s3.tfbackend backend/second.s3.tfbackend": (
        "tests/emulator/test_second_account.py"
        "::test_the_states_of_a_second_account_are_in_a_bucket_of_its_own"
    ),
    f"{_COPY} init -backend=false": _DESTROYED,
    f"{_COPY} validate": _DESTROYED,
    f"{_COPY} init": _DESTROYED,
    f"{_COPY} plan": _DESTROYED,
    f"{_IN_STACK} apply -var infrastructure_paused=true": _TURNED,
    "terraform apply -var infrastructure_paused=true": _TURNED,
    "terraform apply -var recovery_active=true -replace=terraform_data.recovery-as-deployed": _PROMOTED,
    f"{_IN_STACK} apply -target=aws_route53_zone.zone": _ZONE,
    f"{_IN_STACK} apply -target=aws_route53_zone.zone -target=aws_acm_certificate.certificate": _CERTIFICATE,
    f"{_IN_STACK} state show aws_acm_certificate.certificate": _CERTIFICATE,
    f"{_IN_STACK} output name-servers": _ZONE,
    f"{_IN_STACK} destroy": _DESTROYED,
    f"{_IN_STACK} apply $PWD/STACK.plan": _SAVED,
    "aws s3api get-object --bucket BUCKET --key STACK/terraform.tfstate --version-id VERSION old.tfstate": (
        _RESTORED
    ),
    "aws dynamodb create-table --table-name TABLE --billing-mode PAY_PER_REQUEST --attribute-definitions "
    "AttributeName=LockID,AttributeType=S --key-schema AttributeName=LockID,KeyType=HASH": (
        f"{_LOCKS}::test_a_lost_lock_table_is_made_anew_and_every_state_is_read"
    ),
    f"{_IN_STACK} state push -force $PWD/old.tfstate": _RESTORED,
    f"{_IN_STACK} state pull > STACK.tfstate": _MOVED,
    "rm -r cdktf.out/stacks/STACK/.terraform": _MOVED,
    f"{_IN_STACK} state push $PWD/STACK.tfstate": _MOVED,
    f"{_IN_STACK} apply -target=aws_secretsmanager_secret_version.secret_entries_4FD89306 "
    "$(infra images STACK --targets)": _IMAGES,
    f"{_IN_STACK} state rm aws_db_instance.database": _RESTORED_DATABASE,
    f"{_IN_STACK} import aws_db_instance.database DATABASE": _RESTORED_DATABASE,
    "aws rds restore-db-instance-to-point-in-time --source-db-instance-identifier DATABASE "
    "--target-db-instance-identifier DATABASE-restored --restore-time TIME --db-subnet-group-name GROUP "
    "--db-parameter-group-name PARAMETERS --vpc-security-group-ids SECURITY_GROUP": _RESTORED_DATABASE,
    "aws rds modify-db-instance --db-instance-identifier DATABASE "
    "--new-db-instance-identifier DATABASE-broken --apply-immediately": _RESTORED_DATABASE,
    "aws rds modify-db-instance --db-instance-identifier DATABASE-restored "
    "--new-db-instance-identifier DATABASE --apply-immediately": _RESTORED_DATABASE,
    "tar -czf upload.tar.gz -C cdktf.out/stacks/STACK cdk.tf.json .terraform.lock.hcl": _SENT,
    "printf Authorization: Bearer %s\\nContent-Type: application/vnd.api+json\\n "
    "$TF_TOKEN_app_terraform_io > headers": _SENT,
    f"WORKSPACE=$(curl -sSf -H @headers {_ON_CLOUD}/organizations/ORGANIZATION/workspaces/STACK "
    "| jq -r .data.id)": _SENT,
    'curl -sSf -H @headers -d {"data": {"attributes": {"auto-queue-runs": true}}} '
    f"{_ON_CLOUD}/workspaces/$WORKSPACE/configuration-versions > upload.json": _SENT,
    "curl -sSf -T upload.tar.gz $(jq -r '.data.attributes[upload-url]' upload.json)": _SENT,
    "rm headers upload.json": _SENT,
    "aws iam create-service-linked-role --aws-service-name config.amazonaws.com": (
        "tests/emulator/test_account.py::test_the_account_is_applied_once_and_destroyed_when_it_is_given_up"
    ),
    "aws secretsmanager list-secrets --filters Key=name,Values=STACK-": _ROTATED_BY_HAND,
    "aws secretsmanager rotate-secret --secret-id SECRET": _ROTATED_BY_HAND,
    "python -m aws_emulator 5000": (
        "packages/aws-emulator/tests/test_readme.py::test_the_command_says_what_the_readme_says"
    ),
    "pip install ./packages/cdktf-fast-synthesis": _WHEEL,
    "pip install ./modules": (
        "tests/documents/test_wheels.py::test_the_example_of_the_library_runs_under_its_own_name"
    ),
}
# Commands that no test can run, each with the reason.
NOT_RUN = {
    'python -c import cdktf_fast_synthesis as fast; fast.build_runtime_index("cdktf_cdktf_provider_aws")': (
        "takes half a minute; `make setup` runs the same (operations/prewarm.py)"
    ),
    "gh api repos/OWNER/NAME --jq .owner.id,.id": "asks GitHub",
    "gh variable set AWS_ACCOUNT_ID --body 123456789012": "changes a repository on GitHub",
    "gh workflow run deploy.yml -f stack=STACK -f service=api -f source=OWNER/CODE -f revision="
    "0123456789abcdef0123456789abcdef01234567 -f migrate=false": "starts a run on GitHub",
    "dig +noall +answer MX ohealth-ng.com @OLD": _ASKS_DNS,
    "dig +noall +answer MX ohealth-ng.com @NEW": _ASKS_DNS,
    "dig +noall +answer TXT _dmarc.ohealth-ng.com @NEW": _ASKS_DNS,
    "terraform login": "asks Terraform Cloud for a token, in a browser",
}
