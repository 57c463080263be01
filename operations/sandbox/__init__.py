"""`infra sandbox`: a stack as it ships, applied to an emulated AWS on this machine, its state there too."""

from operations.sandbox.command import sandbox
from operations.sandbox.exclusions import EXCLUSIONS, Exclusion, LeftOut
from operations.sandbox.workspace import Workspace, prepared

__all__ = ["EXCLUSIONS", "Exclusion", "LeftOut", "Workspace", "prepared", "sandbox"]
