"""`infra restore-test`: prove that the newest copy of a stack's database can be restored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated

import typer
from rich.console import Console

from backend.aws_errors import aws_errors
from modules.errors import ProblemsError, refusal
from operations import aws
from operations.console import INTERRUPTED, AsJson, DryRun, interruptible, say
from operations.progress import Progress
from operations.restore_test.apart import Apart
from operations.restore_test.check import Check
from operations.restore_test.copies import Copy, Kind, newest, source
from operations.restore_test.report import Report
from operations.restore_test.trial import Trial
from operations.stacks import KnownStack
from operations.synthesized import RestoreTest, restore_tests, synthesized
from operations.transient import Patience

FAILED = 1


def restore_test(
    stack: KnownStack,
    database: Annotated[
        str | None, typer.Argument(help="The database, by its name in the settings, where there are several")
    ] = None,
    *,
    copy: Annotated[
        Kind, typer.Option(help="The newest copy, or the newest snapshot of any origin, AWS Backup's too")
    ] = Kind.NEWEST,
    delete: Annotated[
        bool, typer.Option("--delete", help="Only delete what an earlier test has left; restore nothing")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    wait: Annotated[float, typer.Option(min=0, help="How many minutes a restore may take")] = 180,
    poll: Annotated[float, typer.Option(min=0, max=60, help="Seconds between two looks")] = 15,
    silence: Annotated[
        float, typer.Option(min=0.1, hidden=True, help="Seconds after which another test counts as killed")
    ] = 300,
    region: aws.StackRegion = None,
) -> None:
    """Restore the newest copy of a stack's database apart, run the product's check on it, and delete it.

    The restored database has a name of its own, stands in private subnets, and takes connections from the
    check alone, a one-off task of a service that the settings name. Nothing of the stack is changed but the
    record of the test. It is charged while it stands. Whatever happens, it is deleted: also after Ctrl-C, and
    by the next test what one left that was killed.

    Exit codes: 0 the copy was restored, and the check was content; 1 it was not restored, or the check
    failed; 2 refused, nothing restored; 130 stopped by Ctrl-C, what was restored is deleted.
    """
    console = Console(stderr=True)
    with interruptible(console, "Stopped before anything was restored."):
        with console.status(f"Synthesizing {stack}"):
            document = synthesized(stack)
        chosen = _chosen(stack, restore_tests(document), database)
        clients = aws.Clients(stack, region or document.region, retries=aws.PATIENT)
        with aws_errors("AWS"):
            of = source(clients.rds, chosen)
            apart = Apart(
                ec2=clients.ec2,
                rds=clients.rds,
                source=of,
                tags=dict(document.default_tags),
                patience=Patience(console),
                poll=poll,
                silence=silence,
            )
            check = Check.of(clients, document, chosen.check) if chosen.check else None
            trial = Trial(
                clients=clients,
                stack=document,
                apart=apart,
                check=check,
                progress=Progress(console),
                seconds=60 * wait,
                again=f"infra restore-test {stack} --delete",
            )
            if delete:
                _delete(console, trial, dry_run=dry_run)
                return
            found = newest(clients.rds, of, copy)
            trial.describe(found)
            if dry_run:
                _print(Report(stack=stack, test=chosen, copy=found), as_json=as_json)
                return
            report = _carried_out(console, trial, found)
            recorded = report.record(clients.ssm, clients.cloudwatch)
        _tell(console, report, recorded=recorded)
        _print(report, as_json=as_json)
    raise typer.Exit(0 if report.succeeded else FAILED)


def _chosen(stack: str, found: Mapping[str, RestoreTest], database: str | None) -> RestoreTest:
    if not found:
        why = refusal(
            got="no restore test in the settings",
            allowed="restore_test=RestoreTestSettings(…)",
            fix="add it to the settings of the stack, and apply it",
        )
        raise ProblemsError.one(stack, why)
    if database is None and len(found) == 1:
        return next(iter(found.values()))
    if database is None or database not in found:
        got = "no database" if database is None else repr(database)
        why = refusal(got=got, allowed=", ".join(found), fix="name the database whose copy is restored")
        raise ProblemsError.one(f"{stack} restore-test", why)
    return found[database]


def _delete(console: Console, trial: Trial, *, dry_run: bool) -> None:
    apart = trial.apart
    if dry_run:
        say(console, f"Would delete {apart.name}." if apart.is_left() else f"There is no {apart.name}.")
    elif trial.clear():
        say(console, f"{apart.name} is deleted.")
    else:
        say(console, f"There is no {apart.name}.")


def _carried_out(console: Console, trial: Trial, copy: Copy) -> Report:
    try:
        return trial.carry_out(copy)
    except KeyboardInterrupt:
        left = trial.apart.is_ours()
        say(console, "Stopped." if left else "Stopped. What was restored is deleted; nothing is recorded.")
        raise typer.Exit(INTERRUPTED) from None


def _tell(console: Console, report: Report, *, recorded: bool) -> None:
    if report.succeeded:
        checked = "and the check is content" if report.test.check else "and was not checked"
        say(console, f"{report.copy.text}: restored, {checked}.")
    else:
        say(console, f"{report.copy.text}: {report.why}. What it was restored to is deleted.")
    if not recorded:
        say(console, f"There is no parameter {report.test.parameter} to record it in: apply the stack.")


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.json, indent=2))
