"""Copies of a database's automated backups in another region."""

from __future__ import annotations

from cdktf_cdktf_provider_aws.db_instance_automated_backups_replication import (
    DbInstanceAutomatedBackupsReplication,
)
from constructs import Construct

from ...context import Context
from ...errors import ProblemsError, refusal
from ...kms.key import Key
from .settings import BackupCopies, PostgresqlSettings


class BackupCopy(Construct):
    """The replication of the automated backups of one instance: RDS copies snapshots and logs as they come.

    Creates: in the other region, a KMS key and the replication. A copy stays for its days after the
    replication or the instance is gone.

    Raises ProblemsError when the region is the stack's.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        context: Context,
        source_arn: str,
        settings: PostgresqlSettings,
        copies: BackupCopies,
    ) -> None:
        super().__init__(scope, id)
        name = settings.name
        if copies.region == context.region:
            why = refusal(got=copies.region, allowed="another region", fix="name another, or drop copies")
            raise ProblemsError.one(f"{name}.copies", why)
        provider = context.provider_in(copies.region)
        # A key of its own: a copy outlives the region of the database and its key.
        key = Key(
            self,
            "key",
            context=context,
            purpose=f"{name}-copies",
            protected=settings.protected,
            provider=provider,
        )
        DbInstanceAutomatedBackupsReplication(
            self,
            "Default",
            source_db_instance_arn=source_arn,
            kms_key_id=key.arn,
            retention_period=copies.days,
            provider=provider,
        )
