"""The public keys by which CloudFront knows who signed."""

from __future__ import annotations

from hashlib import sha256

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudfront_key_group import CloudfrontKeyGroup
from cdktf_cdktf_provider_aws.cloudfront_public_key import CloudfrontPublicKey
from constructs import Construct

from ...context import Context
from ...naming import Limit
from .signed_access import SignedAccess, in_pem

# CloudFront refuses to delete what is in use: the group changes before its keys go, the distribution before
# the group.
_AFTER_USERS = TerraformResourceLifecycle(create_before_destroy=True)


class KeyGroup(Construct):
    """The trusted key group of a distribution.

    Creates: the public keys and the group of all of them. A key's name ends in a hash of the key: a public
    key can't be changed (CloudFront API: UpdatePublicKey), and the next one exists before the former goes.
    """

    def __init__(
        self, scope: Construct, id: str, *, context: Context, name: str, settings: SignedAccess
    ) -> None:
        super().__init__(scope, id)
        self._keys = {
            key: CloudfrontPublicKey(
                self,
                key,
                name=f"{context.naming.of(Limit.CDN_POLICY, name, key)}-{_hash(in_pem(pem))}",
                encoded_key=in_pem(pem),
                lifecycle=_AFTER_USERS,
            )
            for key, pem in settings.public_keys.items()
        }
        self._group = CloudfrontKeyGroup(
            self,
            "Default",
            name=context.naming.of(Limit.CDN_POLICY, name),
            items=[one.id for one in self._keys.values()],
            lifecycle=_AFTER_USERS,
        )

    @property
    def id(self) -> str:
        """The group's id."""
        return str(self._group.id)

    def key_id(self, name: str) -> str:
        """The id that CloudFront gave a public key: `Key-Pair-Id` of a signed URL."""
        return str(self._keys[name].id)


def _hash(pem: str) -> str:
    return sha256(pem.encode()).hexdigest()[:8]
