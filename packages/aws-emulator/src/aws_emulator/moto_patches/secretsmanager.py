"""Rotation of secrets that another service manages."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.models import SecretsManagerBackend

from aws_emulator.moto_patches import Patch


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
