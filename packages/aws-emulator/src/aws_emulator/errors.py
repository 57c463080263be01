"""The error of this package."""


class EmulatorError(Exception):
    """Why the emulator did not start, in a sentence for people."""
