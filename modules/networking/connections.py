"""Allowed connections between the parts of a stack, declared once: `api.connects_to(database)`. Pure.

The security-group rules of both sides (`SecurityGroups`) and the documentation (`connection_matrix`) are
derived from these declarations. There are no other rules: docs/decisions/connections.md.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Literal, TypeVar

from ..errors import Problem, ProblemsError, refusal
from ..settings import settings
from ..values import Name, PortNumber

# EC2 API: AuthorizeSecurityGroupIngress, IpRange, Description.
_DESCRIPTION = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")


@settings
class Port:
    """A named port that a peer listens on."""

    name: Name
    number: PortNumber
    protocol: Literal["tcp", "udp"] = "tcp"

    def problems(self) -> Iterable[Problem]:
        """An invalid port number."""
        if self.number > 65535:
            why = refusal(got=self.number, allowed="1 to 65535", fix=f"correct the port {self.name}")
            yield Problem(where="number", what=why)


@dataclass(frozen=True, eq=False)
class Peer:
    """A source or target of connections; created by `Connections`."""

    name: str
    ports: Mapping[str, Port]
    connections: "Connections" = field(repr=False)

    def connects_to(self, target: "Peer", *ports: str, reason: str) -> None:
        """Declare that this peer may open connections to `target`, on the named ports or on all its ports.

        Raises ProblemsError for an unknown port, a target without ports, a target of other `Connections`, an
        invalid reason and a duplicate declaration.
        """
        self.connections.declare(self, target, ports, reason)

    def reaches(self, target: "Peer") -> bool:
        """Whether a connection to `target` is declared; also where it takes them from an address range."""
        sources = [one.source for one in self.connections.declared if one.target.name == target.name]
        return any(one.name == self.name or isinstance(one, AddressRange) for one in sources)


class Group(Peer):
    """A peer with its own security group."""

    def connects_within(self, port: Port, *, reason: str) -> None:
        """Declare that members of this security group may reach each other on a port, closed to other groups.

        For example, a task and the mount targets of its file system share a group.
        Raises ProblemsError for a duplicate declaration.
        """
        self.connections.declare(self, Group(self.name, {port.name: port}, self.connections), (), reason)


@dataclass(frozen=True, eq=False)
class AddressRange(Peer):
    """A peer identified by a CIDR block, such as the internet or the VPC."""

    cidr: IPv4Network


@dataclass(frozen=True, eq=False)
class GatewayEndpoint(Peer):
    """An AWS service behind a gateway endpoint, identified by its prefix list."""

    service: str


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A connection from a source to one port of a target, with its reason."""

    source: Peer
    target: Peer
    port: Port
    reason: str


_AnyPeer = TypeVar("_AnyPeer", bound=Peer)


class Connections:
    """All peers of a stack and every connection between them, in the order of declaration."""

    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.declared: list[Connection] = []

    def group(self, name: str, ports: Mapping[str, int] | None = None) -> Group:
        """A peer with its own security group, listening on `ports` (name → number)."""
        return self._add(Group(name, _ports(ports), self))

    def address_range(
        self, name: str, cidr: IPv4Network, ports: Mapping[str, int] | None = None
    ) -> AddressRange:
        """A peer identified by a CIDR block."""
        return self._add(AddressRange(name, _ports(ports), self, cidr))

    def gateway_endpoint(self, service: str) -> GatewayEndpoint:
        """An AWS service behind a gateway endpoint, reached over HTTPS."""
        return self._add(GatewayEndpoint(service, _ports({"https": 443}), self, service))

    @property
    def groups(self) -> list[Group]:
        """The peers that have a security group."""
        return [peer for peer in self.peers.values() if isinstance(peer, Group)]

    def declare(self, source: Peer, target: Peer, ports: Iterable[str], reason: str) -> None:
        """Declare connections; see `Peer.connects_to`."""
        wanted = tuple(ports) or tuple(target.ports)
        problems = [*self._problems(source, target, wanted, reason)]
        if problems:
            raise ProblemsError(problems)
        self.declared += [
            Connection(source=source, target=target, port=target.ports[name], reason=reason)
            for name in wanted
        ]

    def _problems(
        self, source: Peer, target: Peer, wanted: tuple[str, ...], reason: str
    ) -> Iterable[Problem]:
        where = f"{source.name} connects to {target.name}"
        if not target.ports:
            why = (
                f"{target.name} listens on no port; give it one where it is declared, or drop the connection"
            )
            yield Problem(where=where, what=why)
        if target.connections is not self:
            why = refusal(
                got=f"{target.name} of other connections",
                allowed=", ".join(self.peers),
                fix="declare both in one Connections object",
            )
            yield Problem(where=where, what=why)
        for name in wanted:
            if name not in target.ports:
                allowed = ", ".join(target.ports) or "none"
                why = refusal(got=f"port {name}", allowed=allowed, fix="name one of its ports")
                yield Problem(where=where, what=why)
            pair = (source.name, target.name, name)
            if any((c.source.name, c.target.name, c.port.name) == pair for c in self.declared):
                yield Problem(where=where, what=f"port {name} is declared twice; keep one, with its reason")
        if not isinstance(source, Group) and not isinstance(target, Group):
            yield Problem(where=where, what="neither has a security group; nothing would enforce it")
        if not _DESCRIPTION.fullmatch(reason):
            allowed = "1 to 255 letters, digits, spaces and . _-:/()#,@[]+=&;{}!$*"
            yield Problem(
                where=where, what=refusal(got=f"reason {reason!r}", allowed=allowed, fix="reword it")
            )

    def _add(self, peer: _AnyPeer) -> _AnyPeer:
        if peer.name in self.peers:
            raise ProblemsError.one(peer.name, "is declared twice; each peer has one name of its own")
        self.peers[peer.name] = peer
        return peer


def connection_matrix(connections: Connections) -> str:
    """All connections with port and reason, as a sorted Markdown table."""
    rows = sorted(
        (c.source.name, c.target.name, c.port.number, f"{c.port.number}/{c.port.protocol}", c.reason)
        for c in connections.declared
    )
    lines = ["| from | to | port | why |", "| --- | --- | --- | --- |"]
    lines += [f"| {source} | {target} | {port} | {why} |" for source, target, _, port, why in rows]
    unreachable = sorted({peer.name for peer in connections.groups} - {row[1] for row in rows})
    if unreachable:
        lines += ["", f"Nothing may open a connection to: {', '.join(unreachable)}."]
    return "\n".join(lines) + "\n"


def _ports(ports: Mapping[str, int] | None) -> dict[str, Port]:
    return {name: Port(name=name, number=number) for name, number in (ports or {}).items()}
