"""The health of services, asked from outside: through DNS, TLS and the load balancer, as their users do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_SECONDS = 10
_ATTEMPTS = 3
_PAUSE = 2.0
_GOOD = range(200, 400)


def unhealthy(addresses: Sequence[str], *, pause: float | None = None) -> dict[str, str]:
    """Why each address does not answer as a healthy service does, after three attempts; none if all do."""
    if not addresses:
        return {}
    with ThreadPoolExecutor(max_workers=len(addresses)) as pool:
        answers = pool.map(lambda address: _asked(address, _PAUSE if pause is None else pause), addresses)
        return {address: why for address, why in zip(addresses, answers, strict=True) if why}


def _asked(address: str, pause: float) -> str:
    why = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(pause)
        try:
            request = Request(address, headers={"User-Agent": "infra-deploy"})  # noqa: S310 - https of the JSON
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the certificate is checked
                code = answer.status
        except HTTPError as error:
            code = error.code
        except OSError as error:  # DNS, the connection, TLS
            why = str(getattr(error, "reason", error))
            continue
        if code in _GOOD:
            return ""
        why = f"answers {code}"
    return why
