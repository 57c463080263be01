"""How CloudFront proves itself to its origins."""

from __future__ import annotations

from typing import Any

from moto.cloudfront.models import Origin

from operations.emulator.gaps import Gap


class OriginAccessControlOfOrigin(Gap, of=Origin):
    """Origin (Amazon CloudFront API Reference): OriginAccessControlId is answered; moto forgets it."""

    def __init__(self: Any, origin: dict[str, Any]) -> None:
        """Keep it."""
        OriginAccessControlOfOrigin.moto.__init__(self, origin)
        self.origin_access_control_id = origin.get("OriginAccessControlId") or ""
