"""Who may open files that need a signature. Pure."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

from ...errors import Problem, refusal
from ...settings import settings
from ...values import Name

_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")
# CloudFront developer guide, "Quotas": public keys in a single key group.
_MOST = 5
# How SubjectPublicKeyInfo (RFC 5280, 4.1) of the two begins: rsaEncryption with a modulus of 2,048 bits (RFC
# 8017), and id-ecPublicKey on prime256v1 (RFC 5480).
_RSA_2048 = bytes.fromhex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100")
_P_256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


@settings
class SignedAccess:
    """Files that only signed URLs and signed cookies open.

    The private keys stay with the services that sign: Terraform never sees one.
    """

    # Name → public key in PEM: RSA with 2,048 bits, or ECDSA on P-256. Two while one is rotated.
    public_keys: Mapping[Name, str]
    # Names of behaviors whose files need no signature.
    open_behaviors: tuple[Name, ...] = ()

    def problems(self) -> Iterator[Problem]:
        """Keys that CloudFront refuses, and private ones."""
        if not 0 < len(self.public_keys) <= _MOST:
            got, allowed = f"{len(self.public_keys)} keys", f"1 to {_MOST} (CloudFront quotas)"
            yield Problem(where="public_keys", what=refusal(got=got, allowed=allowed, fix="change them"))
        for name, key in self.public_keys.items():
            if wrong := _wrong(key):
                why = refusal(
                    got=wrong,
                    allowed="a public key in PEM, RSA with 2,048 bits or ECDSA on P-256",
                    fix="openssl rsa -pubout -in private.pem writes it",
                )
                yield Problem(where=f"public_keys.{name}", what=why)


def in_pem(key: str) -> str:
    """A public key as CloudFront answers it: with one line break at the end."""
    return f"{key.strip()}\n"


def _wrong(key: str) -> str | None:
    """What a text is that is no public key of CloudFront's; never the text itself, which may be secret."""
    if "PRIVATE" in key:
        return "a private key"
    found = _PEM.fullmatch(key.strip() + "\n")
    try:
        content = base64.b64decode("".join(found[1].split()), validate=True) if found else b""
    except binascii.Error:
        content = b""
    if not content:
        return "a text that is no public key in PEM"
    return None if content.startswith((_RSA_2048, _P_256)) else "a key of another kind or length"
