"""Whether a client's security groups may open connections to what it is given access to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from weakref import WeakKeyDictionary

from cdktf_cdktf_provider_aws.security_group import SecurityGroup

from ..errors import Problem, refusal
from .connections import Peer

# The peer that a group of `SecurityGroups` was made of. Others have rules that nobody declared.
_PEERS: WeakKeyDictionary[SecurityGroup, Peer] = WeakKeyDictionary()


def remember(group: SecurityGroup, peer: Peer) -> None:
    """Remember the peer that a security group is made of."""
    _PEERS[group] = peer


def peer_of(group: SecurityGroup) -> Peer | None:
    """The peer that a security group is made of; None for one that `SecurityGroups` didn't create."""
    return _PEERS.get(group)


def reach_problems(
    where: str, clients: Sequence[SecurityGroup], servers: Iterable[Peer | None]
) -> Iterator[Problem]:
    """Servers to which none of the clients' groups has a declared connection.

    Nothing is said about a server without a peer, nor where one of the clients' groups has none: it may have
    any rule.
    """
    sources = [peer_of(client) for client in clients]
    if None in sources or not sources:
        return
    known = [source for source in sources if source]
    for server in dict.fromkeys(one for one in servers if one):
        if not any(source.reaches(server) for source in known):
            names = " or ".join(source.name for source in known)
            why = refusal(
                got=f"access to {server.name}, which {names} may not connect to",
                allowed="access to what a declared connection leads to",
                fix=f"declare it: {known[0].name}.connects_to({server.name}, reason=…)",
            )
            yield Problem(where=where, what=why)
