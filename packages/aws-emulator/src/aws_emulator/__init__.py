"""AWS emulated on this machine: moto's server, patched, which ends with its owner.

    from aws_emulator import running_emulator

    with running_emulator(log="aws.log") as emulator:
        emulator.client("s3", "eu-west-1").list_buckets()

These names are the whole interface. `moto_patches/` corrects moto, one small class for each difference to
AWS.
"""

from aws_emulator.emulator import ACCOUNT, Emulator, running_emulator
from aws_emulator.errors import EmulatorError
from aws_emulator.refused import refused_operations

__all__ = ["ACCOUNT", "Emulator", "EmulatorError", "refused_operations", "running_emulator"]
