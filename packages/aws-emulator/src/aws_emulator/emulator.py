"""Starting and stopping the emulator, and what a program needs in order to talk to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from aws_emulator import orders, outages
from aws_emulator.errors import EmulatorError

ACCOUNT = "123456789012"
_STOPPING_SECONDS = 5
_DIRECTLY = "127.0.0.1,localhost"


@dataclass(frozen=True, kw_only=True)
class Emulator:
    """A running emulator. Its data lives in its memory, and ends with it."""

    port: int
    log: Path

    @property
    def url(self) -> str:
        """Its address. An IP address: the AWS SDKs then keep bucket names out of the host name."""
        return f"http://127.0.0.1:{self.port}"

    def settings(self, region: str) -> dict[str, str]:
        """The environment variables that turn a program's AWS into this one; none of them is secret."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            # S3 Control puts the account's id before the host's name, and no IP address can have one: that
            # name leads here as through a proxy, and only what is not encrypted goes through it.
            "AWS_ENDPOINT_URL_S3_CONTROL": "http://s3-control.emulator",
            "HTTP_PROXY": self.url,
            "AWS_ACCESS_KEY_ID": "emulator",
            "AWS_SECRET_ACCESS_KEY": "emulator",
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": _DIRECTLY,
        }

    def environment(self, region: str) -> dict[str, str | None]:
        """`settings`, and the removal (None) of every AWS setting a person has: none may reach real AWS."""
        theirs = dict.fromkeys(name for name in os.environ if name.startswith("AWS_"))
        bypass = [os.environ.get("NO_PROXY") or os.environ.get("no_proxy"), _DIRECTLY]
        no_proxy = ",".join(filter(None, bypass))
        return {**theirs, **self.settings(region), "NO_PROXY": no_proxy, "no_proxy": no_proxy}

    def client(self, service: str, region: str) -> Any:
        """A boto3 client of the emulator, whatever this program's own environment says: always the same."""
        return _client(self.url, service, region)

    def reset(self) -> None:
        """Delete everything in it, as if it had just started."""
        with closing(HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("POST", "/moto-api/reset")
            connection.getresponse().read()
        self.order_deployments()
        self.order_outages()

    def order_deployments(self, *deployments: Mapping[str, Any], pull: bool = False) -> None:
        """Order how deployments of ECS services go from now on; what was ordered before is forgotten.

        Each has the fields of `aws_emulator.orders.Order`. With `pull`, a task fails whose image is not in
        ECR. Raises EmulatorError for an unknown field.
        """
        self._order(orders.PATH, {"deployments": deployments, "pull": pull})

    def order_outages(self, **broken: Any) -> None:
        """Order what is broken from now on; what was ordered before is forgotten.

        `aws_emulator.outages.Outages` has the fields: `regions=["eu-west-1"]`, `endpoints=["api."]`,
        `replica_lag=90`. Raises EmulatorError for an unknown field.
        """
        self._order(outages.PATH, broken)

    def _order(self, path: str, ordered: Mapping[str, Any]) -> None:
        with closing(HTTPConnection("127.0.0.1", self.port)) as connection:
            connection.request("POST", path, json.dumps(ordered))
            answer = connection.getresponse()
            said = answer.read().decode()
        if answer.status != HTTPStatus.OK:
            raise EmulatorError(said)


@cache
def _client(url: str, service: str, region: str) -> Any:
    """Making one takes a tenth of a second of CPU, and any number of threads may use one."""
    import boto3
    from botocore.config import Config
    from botocore.session import Session

    # Without the profile and the configuration file of a person.
    own = Session({"profile": (None, None, None, None), "config_file": (None, None, os.devnull, None)})
    return boto3.session.Session(botocore_session=own).client(
        service,
        region_name=region,
        endpoint_url=url,
        aws_access_key_id="emulator",
        aws_secret_access_key="emulator",  # noqa: S106 - the emulator takes any
        config=Config(proxies={}, s3={"addressing_style": "path"}),
    )


@contextmanager
def running_emulator(*, port: int = 0, log: str | Path, account: str = ACCOUNT) -> Iterator[Emulator]:
    """An emulator on 127.0.0.1, ready; port 0 takes a free one. It logs each call to `log`.

    Raises EmulatorError when moto is not installed, or the port is taken.
    """
    if find_spec("moto") is None or find_spec("flask") is None:
        raise EmulatorError("moto is not installed; install aws-emulator with its dependencies")
    file = Path(log)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as errors, _process(port, account, errors) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        verdict, _, rest = process.stdout.readline().strip().partition(" ")
        if verdict == "refused":
            raise EmulatorError(rest)
        if verdict != "ready":
            raise EmulatorError(f"ended while it started; {file} says why")
        yield Emulator(port=int(rest), log=file)


@contextmanager
def _process(port: int, account: str, errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "aws_emulator", str(port)],
        env={**os.environ, "MOTO_ACCOUNT_ID": account},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        process_group=0,
    )
    with process:
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()  # the end of its input is its signal to end
    try:
        process.wait(_STOPPING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
