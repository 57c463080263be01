"""Labels of secrets' versions, keys of replicas, and rotation of secrets that another service manages."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from aws_emulator.moto_patches import Patch


class PutSecretValue(Patch, of=FakeSecret):
    """PutSecretValue (AWS Secrets Manager API Reference): "moves the staging label AWSCURRENT" to the new
    version and AWSPREVIOUS to the one that had it, which keeps its other labels; moto drops them.
    """

    def reset_default_version(self: Any, secret_version: dict[str, Any], version_id: str) -> None:
        """Move the two labels."""
        before = self.versions.get(self.default_version_id)
        kept = [one for one in before["version_stages"] if not one.startswith("AWS")] if before else []
        PutSecretValue.moto.reset_default_version(self, secret_version, version_id)
        if before:
            before["version_stages"] += kept


class ReplicateSecretToRegions(Patch, of=FakeSecret):
    """ReplicateSecretToRegions and CreateSecret (AWS Secrets Manager API Reference): KmsKeyId of
    AddReplicaRegions encrypts the replica, "aws/secretsmanager" without it, and DescribeSecret tells which;
    moto always tells the latter.
    """

    def create_replicas(
        self: Any,
        replica_regions: list[dict[str, str]],
        force_overwrite: bool,  # noqa: FBT001 - moto's signature
    ) -> Any:
        """Remember the key of each."""
        made = ReplicateSecretToRegions.moto.create_replicas(self, replica_regions, force_overwrite)
        for replica, asked in zip(made, replica_regions or [], strict=True):
            if key := asked.get("KmsKeyId"):
                replica.config["KmsKeyId"] = key
        return made


class CancelRotateSecret(Patch, of=SecretsManagerBackend):
    """CancelRotateSecret (AWS Secrets Manager API Reference): "Turns off automatic rotation".

    moto refuses where no function rotates, and none does for the secrets of RDS ("Managed rotation").
    """

    def cancel_rotate_secret(self: Any, secret_id: str) -> Any:
        """Turn off managed rotation too."""
        secret = self.secrets.get(secret_id) if self._is_valid_identifier(secret_id) else None
        if secret is None or not secret.name.startswith("rds!"):
            return CancelRotateSecret.moto.cancel_rotate_secret(self, secret_id)
        secret.rotation_enabled = False
        return secret.to_short_dict()


class RotateSecret(Patch, of=SecretsManagerBackend):
    """RotateSecret (AWS Secrets Manager API Reference): RotateImmediately false tests the function only, and
    a call without RotationLambdaARN keeps the function that is there.

    moto fails where the secret has no version yet, since it looks for one to test with. Functions make the
    first version here, and none runs.
    """

    def rotate_secret(
        self: Any,
        secret_id: str,
        client_request_token: str | None = None,
        rotation_lambda_arn: str | None = None,
        rotation_rules: dict[str, Any] | None = None,
        rotate_immediately: bool = True,  # noqa: FBT001, FBT002 - moto's signature
    ) -> Any:
        """Turn rotation on where there is nothing to test with."""
        secret = self.secrets.get(secret_id) if self._is_valid_identifier(secret_id) else None
        if secret is None or rotate_immediately or not rotation_lambda_arn:
            function = getattr(secret, "rotation_lambda_arn", "")
            answer = RotateSecret.moto.rotate_secret(
                self, secret_id, client_request_token, rotation_lambda_arn, rotation_rules, rotate_immediately
            )
            if secret is not None and not rotation_lambda_arn:
                secret.rotation_lambda_arn = function
            return answer
        secret.rotation_requested = True
        secret.rotation_lambda_arn = rotation_lambda_arn
        secret.auto_rotate_after_days = (rotation_rules or {}).get("AutomaticallyAfterDays", 0)
        secret.rotation_enabled = secret.auto_rotate_after_days > 0
        return secret.to_short_dict()
