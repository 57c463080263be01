"""`infra sandbox`: a stack, unchanged, applied to an emulated AWS on this machine, with its state there."""

from operations.sandbox.command import sandbox
from operations.sandbox.exclusions import EXCLUSIONS, Exclusion, LeftOut
from operations.sandbox.workspace import Workspace, prepared

__all__ = ["EXCLUSIONS", "Exclusion", "LeftOut", "Workspace", "prepared", "sandbox"]
