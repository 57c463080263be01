"""An emulated AWS on this machine: moto's server, its gaps closed, stopped with its owner.

    with running_emulator() as emulator:
        workspace = prepared(document, directory, emulator)
        workspace.terraform.apply()

`gaps/` adds what moto lacks, one small class a gap; `exclusions.py` names what cannot be emulated, and why.
"""

from operations.emulator.emulator import Emulator, running_emulator
from operations.emulator.exclusions import EXCLUSIONS, Exclusion, LeftOut
from operations.emulator.workspace import Workspace, prepared

__all__ = ["EXCLUSIONS", "Emulator", "Exclusion", "LeftOut", "Workspace", "prepared", "running_emulator"]
