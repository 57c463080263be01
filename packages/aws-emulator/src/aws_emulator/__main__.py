"""The emulator's own process: `python -m aws_emulator [PORT]`.

Its first line is `ready PORT`, or `refused WHY` before it exits with 2. It ends when its standard input does:
whoever started it holds the other end, so it never outlives them, however they end.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from threading import Thread

_PORTS = range(65536)
# Managed policies can be attached only if they exist; certificates are validated in 60 seconds by default.
_MOTO = {"MOTO_IAM_LOAD_MANAGED_POLICIES": "true", "MOTO_ACM_VALIDATION_WAIT": "1"}


def main(words: list[str]) -> int:
    """Serve until standard input ends."""
    given = words[0] if words else "0"
    if len(words) > 1 or not given.isdecimal() or int(given) not in _PORTS:
        return _refuse(repr(" ".join(words)), "a port from 0 to 65535", "0 or none takes a free one")
    if not sys.stdin.isatty():  # Ctrl-C is for the owner, who may still need the server
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare_environment()
    from aws_emulator.first_use import make_at_first_use
    from aws_emulator.lookups import keep_lookups
    from aws_emulator.moto_patches import apply_patches
    from aws_emulator.server import make_emulator_server

    apply_patches()
    keep_lookups()
    make_at_first_use()
    try:
        server = make_emulator_server(int(given))
    except OSError as error:
        return _refuse(str(error), "a free port", "choose another port, or none")
    os.environ["MOTO_PORT"] = str(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    _say(f"ready {server.server_port}")
    with suppress(KeyboardInterrupt):
        sys.stdin.read()
    return 0


def _prepare_environment() -> None:
    """Set what moto reads, and unset what boto3 does, which moto uses: a profile that is absent stops it."""
    for name in [one for one in os.environ if one.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(_MOTO)


def _refuse(got: str, allowed: str, fix: str) -> int:
    _say(f"refused got {got}; allowed: {allowed}; {fix}")
    return 2


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    os._exit(code)  # requests in flight have nobody left to answer
