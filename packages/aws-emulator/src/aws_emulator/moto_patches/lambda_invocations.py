"""Invocations of Lambda functions."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from moto.awslambda.models import LambdaFunction

from aws_emulator.moto_patches import Patch
from aws_emulator.turns import others_turn

# Runs a handler as Lambda's runtime does: the event on standard input, the result in a file (Lambda developer
# guide, "Define Lambda function handler in Python" and "Using the Lambda context object").
_RUNTIME = """
import importlib, json, sys, time, traceback
module, _, name = sys.argv[1].rpartition(".")
ends = time.monotonic() + float(sys.argv[2])

class Context:
    function_name, aws_request_id = sys.argv[3], "emulated"
    def get_remaining_time_in_millis(self):
        return int(1000 * (ends - time.monotonic()))

try:
    answer = getattr(importlib.import_module(module.replace("/", ".")), name)(json.load(sys.stdin), Context())
    failed = False
except BaseException as error:
    trace = traceback.format_tb(error.__traceback__)
    answer = {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}
    failed = True
with open(sys.argv[4], "w") as file:
    json.dump({"answer": answer, "failed": failed}, file)
"""


class Invoke(Patch, of=LambdaFunction):
    """Invoke (AWS Lambda API Reference): the payload is what the function returned, `null` if nothing;
    FunctionError says that it failed, and the payload then has errorMessage and errorType.

    moto runs functions in Docker containers. Here a function of Python runs in a process of its own, whose
    AWS is the emulator. One in a VPC does not: what it connects to there does not exist. It returns nothing,
    as does one of another runtime.
    """

    def invoke(self: Any, body: str, request_headers: Any, response_headers: Any) -> bytes:
        """Run the function, and answer with what it returned or raised."""
        if _in_a_vpc(self) or not str(self.run_time).startswith("python") or not self.code_bytes:
            return b"null"
        answer, failed, log = _run(self, body or "{}")
        if failed:
            response_headers["x-amz-function-error"] = "Unhandled"
        if request_headers.get("x-amz-log-type") == "Tail":
            response_headers["x-amz-log-result"] = base64.b64encode(log[-4096:]).decode()
        return answer


def _in_a_vpc(function: Any) -> bool:
    return bool((function._vpc_config or {}).get("SubnetIds"))  # noqa: SLF001 - moto has no other name for it


def _run(function: Any, body: str) -> tuple[bytes, bool, bytes]:
    with TemporaryDirectory(prefix="lambda-") as scratch:
        code, result = Path(scratch) / "code", Path(scratch) / "result"
        code.mkdir()
        archive = Path(scratch) / "code.zip"
        archive.write_bytes(function.code_bytes)
        with ZipFile(archive) as content:
            content.extractall(code)
        timeout = int(function.timeout)
        command = [sys.executable, "-c", _RUNTIME, function.handler, str(timeout), function.function_name]
        try:
            # What the function asks of AWS it asks of this server.
            with others_turn():
                ended = subprocess.run(
                    [*command, str(result)],
                    input=body.encode(),
                    capture_output=True,
                    timeout=timeout,
                    cwd=code,
                    env=_environment(function, code),
                    check=False,
                )
        except subprocess.TimeoutExpired as late:
            return _failure(f"Task timed out after {timeout}.00 seconds", "Sandbox.Timedout", late.stderr)
        log = ended.stdout + ended.stderr
        if not result.is_file():
            return _failure(f"exited with {ended.returncode}", "Runtime.ExitError", log)
        told = json.loads(result.read_text())
        return json.dumps(told["answer"]).encode(), told["failed"], log


def _failure(message: str, kind: str, log: bytes | None) -> tuple[bytes, bool, bytes]:
    return json.dumps({"errorMessage": message, "errorType": kind}).encode(), True, log or b""


def _environment(function: Any, code: Path) -> dict[str, str]:
    """The function's variables, and those by which its SDK finds the emulator."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(code), *filter(None, sys.path)]),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
        "AWS_ACCESS_KEY_ID": "emulator",
        "AWS_SECRET_ACCESS_KEY": "emulator",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        **function.environment_vars,
    }
