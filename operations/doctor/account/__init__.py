"""`infra doctor --deploy STACK`: what the account lacks for one stack. A file for each check; only reads."""

from operations.doctor.account.examination import CHECKS, account_findings

__all__ = ["CHECKS", "account_findings"]
