"""Versions of the engines of RDS."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.rds.responses import RDSResponse

from aws_emulator.moto_patches import Patch

# The newest minor versions of November 2026 (cfn-lint 1.58, aws_rds_dbinstance/engine_version.json).
_VERSIONS = dict.fromkeys(
    ("aurora-postgresql", "postgres"), ("13.23", "14.24", "15.19", "16.15", "17.11", "18.6")
)


class DescribeDBEngineVersions(Patch, of=RDSResponse):
    """DescribeDBEngineVersions (Amazon RDS API Reference): the versions of an engine; a major one, such as
    15, stands for all of its minor ones. moto lacks it.
    """

    def describe_db_engine_versions(self: Any) -> ActionResult:
        """Those of the engine and the version that are asked for; none, where there is none."""
        engine, asked = self.params.get("Engine"), str(self.params.get("EngineVersion") or "")
        found = [
            {"Engine": name, "EngineVersion": version, "MajorEngineVersion": version.partition(".")[0]}
            for name, versions in _VERSIONS.items()
            for version in versions
            if engine in (None, name) and (not asked or f"{version}.".startswith(f"{asked}."))
        ]
        return ActionResult({"DBEngineVersions": found})
