"""The emulator's own process: `python -m operations.emulator [PORT]`.

Says `ready PORT` or `refused WHY` on its first line, and ends when its standard input does: whoever started
it holds the other end, so it never outlives them, however they die.
"""

from __future__ import annotations

import os
import signal
import sys
from threading import Thread


def main(port: int) -> int:
    """Serve until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the owner, who may still need the server
    from operations.emulator.gaps import close_gaps
    from operations.emulator.server import make_emulator_server

    close_gaps()
    try:
        server = make_emulator_server(port)
    except OSError as error:
        _say(f"refused {error}")
        return 2
    os.environ["MOTO_PORT"] = str(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    _say(f"ready {server.server_port}")
    sys.stdin.read()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    code = main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    os._exit(code)  # requests in flight have nobody left to answer
