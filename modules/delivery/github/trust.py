"""Which tokens of GitHub Actions may assume a role. Pure.

Sources: GitHub documentation, "OpenID Connect reference" (claims) and "Configuring OpenID Connect in Amazon
Web Services"; AWS IAM user guide, "Available keys for AWS OIDC federation".
"""

from __future__ import annotations

from ...iam.policy import Statement
from .settings import GitHubRepository

HOST = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
PULL_REQUEST = "pull_request"


def subjects(repository: GitHubRepository, ending: str) -> list[str]:
    """The two forms of the claim `sub`, each whole: by names, and by names and numbers.

    Repositories that were created, renamed or transferred after July 15, 2026 have the second form, older
    ones by their own choice (github.blog, changelog of April 23, 2026).
    """
    names = repository.full_name
    numbered = f"{repository.owner}@{repository.owner_id}/{repository.name}@{repository.id}"
    return [f"repo:{names}:{ending}", f"repo:{numbered}:{ending}"]


def trust(provider_arn: str, repository: GitHubRepository, ending: str, *, ref: str | None) -> Statement:
    """The trust of a role in one kind of run: its subject, the repository's numbers and, if any, the ref.

    A subject with an environment has no ref in it, hence the condition on it. The ref of a pull request is
    its own (`refs/pull/1/merge`), so there is none to compare. Nothing is compared by pattern.
    """
    equals = {
        f"{HOST}:aud": AUDIENCE,
        f"{HOST}:sub": subjects(repository, ending),
        f"{HOST}:repository_id": str(repository.id),
        f"{HOST}:repository_owner_id": str(repository.owner_id),
        **({f"{HOST}:ref": ref} if ref else {}),
    }
    return Statement(
        actions=["sts:AssumeRoleWithWebIdentity"],
        federated=[provider_arn],
        conditions={"StringEquals": equals},
    )
