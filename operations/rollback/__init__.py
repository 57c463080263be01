"""`infra rollback`: services back on an earlier revision, so that Terraform's next plan is empty."""

from operations.rollback.command import rollback

__all__ = ["rollback"]
