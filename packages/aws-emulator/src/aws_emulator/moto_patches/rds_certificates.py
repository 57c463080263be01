"""Server certificates of RDS instances."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from moto.rds.models import DBInstance

from aws_emulator.moto_patches import Patch


class CertificateDetails(Patch, of=DBInstance):
    """DBInstance (Amazon RDS API Reference) has CertificateDetails; moto leaves them out.

    The certificate of an instance is valid for a year (Amazon RDS user guide, "Using SSL/TLS to encrypt a
    connection to a DB instance").
    """

    @property
    def certificate_details(self: Any) -> dict[str, Any]:
        """The authority, and the end of the instance's own certificate."""
        authority = getattr(self, "ca_certificate_identifier", None) or "rds-ca-rsa2048-g1"
        return {
            "CAIdentifier": authority,
            "ValidTill": self.instance_create_time + timedelta(days=365),
        }
