"""Accounts: a request belongs to the one whose role signed it."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from aws_emulator import ACCOUNT, Emulator

pytestmark = pytest.mark.emulator
REGION, OTHER = "eu-west-1", "111111111111"


def as_role(emulator: Emulator, arn: str, service: str) -> Any:
    sts = emulator.client("sts", REGION)
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=emulator.url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


def test_what_an_assumed_role_makes_is_in_its_account(emulator: Emulator) -> None:
    role = f"arn:aws:iam::{OTHER}:role/deploy"
    identity = as_role(emulator, role, "sts").get_caller_identity()
    assert (identity["Account"], identity["Arn"]) == (OTHER, f"arn:aws:sts::{OTHER}:assumed-role/deploy/test")
    as_role(emulator, role, "sns").create_topic(Name="orders")
    assert emulator.client("sns", REGION).list_topics()["Topics"] == []
    [made] = as_role(emulator, role, "sns").list_topics()["Topics"]
    assert made["TopicArn"] == f"arn:aws:sns:{REGION}:{OTHER}:orders"


def test_other_requests_are_the_emulators_own(emulator: Emulator) -> None:
    as_role(emulator, f"arn:aws:iam::{OTHER}:role/deploy", "sts")
    assert emulator.client("sts", REGION).get_caller_identity()["Account"] == ACCOUNT
