"""Dependencies of a product's services: ports, reason, variables and secrets of each. Pure.

One table defines them, so that security-group rules, variables and credentials are consistent:

    DEPENDENCIES = Dependencies(
        Dependency(name="database", ports={"postgresql": 5432}, reason="relational records"),
        Dependency(name="search", reason="full-text search", variables={"SEARCH_URL": "http://{host}:{http}"}),
    )

A service names its dependencies (`uses=("database", "search")`); everything else is derived.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import field, replace
from ipaddress import IPv4Network
from string import Formatter

from ..errors import Problem, ProblemsError, refusal
from ..iam.client_access import ClientAccess
from ..settings import settings
from ..values import Anything, EntryName, Line, Name, PortNumber, VariableName
from .connections import Connections, Peer


@settings
class Dependency:
    """A dependency of services, by the name that `uses` refers to.

    A service of the product has its ports in the product's table of services. Anything else has `ports`
    (name → number) and a security group, named `group` or as the dependency, or is outside the VPC at
    `addresses`.

    Clients get `variables`, whose values may hold `{host}` and names of ports (`http://{host}:{http}`), and
    `secret_entries` of the environment's secret under the same names; or the `client_access` of the module
    that creates the dependency.
    """

    name: Name
    reason: Line
    ports: Mapping[Name, PortNumber] = field(default_factory=dict)
    group: Name | None = None
    addresses: IPv4Network | None = None
    variables: Mapping[VariableName, Anything] = field(default_factory=dict)
    secret_entries: tuple[EntryName, ...] = ()

    @property
    def security_group(self) -> str:
        """The name of the security group: `group`, else the dependency's name."""
        return self.group or self.name

    def problems(self) -> Iterator[Problem]:
        """A group or addresses without ports; a group and addresses together."""
        if (self.group or self.addresses) and not self.ports:
            why = refusal(got="no port", allowed="one or more", fix="name its ports")
            yield Problem(where=f"{self.name}.ports", what=why)
        if self.group and self.addresses:
            allowed = "a security group inside the network, or addresses outside"
            why = refusal(got="both", allowed=allowed, fix="remove one")
            yield Problem(where=f"{self.name}.addresses", what=why)


@settings
class DependentService:
    """The part of a service that connections need; a product's table of services may extend it.

    `ports` is name → number, empty for a background service. `uses` names its dependencies,
    `secret_entries` the entries of the environment's secret that the service needs for itself.
    """

    name: Name
    ports: Mapping[Name, PortNumber] = field(default_factory=dict)
    uses: tuple[Name, ...] = ()
    secret_entries: tuple[EntryName, ...] = ()


class Dependencies:
    """The table of a product's dependencies. Raises ProblemsError for duplicate names."""

    def __init__(self, *entries: Dependency) -> None:
        names = [one.name for one in entries]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            why = refusal(got=f"{', '.join(twice)} twice", allowed="each name once", fix="join the entries")
            raise ProblemsError.one("Dependencies", why)
        self._entries = {one.name: one for one in entries}

    def __getitem__(self, name: str) -> Dependency:
        if name not in self._entries:
            raise ProblemsError.one("Dependencies", self._unknown(name))
        return self._entries[name]

    def problems(
        self, services: Sequence[DependentService], secret_keys: Collection[str] = ()
    ) -> Iterator[Problem]:
        """Contradictions with the table of services and the entries of the environment's secret."""
        for service in services:
            yield from self._service_problems(service, secret_keys)
        for name in self._entries:
            yield from self._dependency_problems(name, services)
            yield from _entry_problems(f"dependencies.{name}", self[name].secret_entries, secret_keys)
        yield from self._group_problems()

    def _group_problems(self) -> Iterator[Problem]:
        ports: dict[str, tuple[str, Mapping[str, int]]] = {}
        for name, entry in self._entries.items():
            first, listens = ports.setdefault(entry.security_group, (name, entry.ports))
            if entry.ports and listens != entry.ports:
                got = f"other ports than {first} in the same security group {entry.security_group}"
                why = refusal(got=got, allowed="the same ports", fix="give it a group of its own")
                yield Problem(where=f"dependencies.{name}.group", what=why)

    def _service_problems(self, service: DependentService, secret_keys: Collection[str]) -> Iterator[Problem]:
        where = f"services.{service.name}"
        for used in dict.fromkeys(service.uses):
            if used not in self._entries:
                yield Problem(where=f"{where}.uses", what=self._unknown(used))
            if service.uses.count(used) > 1:
                why = refusal(got=f"{used} twice", allowed="each once", fix="remove one")
                yield Problem(where=f"{where}.uses", what=why)
        yield from _entry_problems(where, service.secret_entries, secret_keys)

    def _dependency_problems(self, name: str, services: Sequence[DependentService]) -> Iterator[Problem]:
        where, entry = f"dependencies.{name}", self._entries[name]
        ports = {service.name: service.ports for service in services}
        if entry.ports and name in ports:
            allowed = "the ports of its row in the table of services"
            yield Problem(where=where, what=refusal(got="ports", allowed=allowed, fix="remove them here"))
        users = [service.name for service in services if name in service.uses]
        listens = entry.ports or ports.get(name, {})
        if users and not listens:
            got = f"no port, used by {', '.join(users)}"
            allowed = "ports of its own, or a service of this name that listens on some"
            yield Problem(where=where, what=refusal(got=got, allowed=allowed, fix="give it a port"))
        elif users:
            yield from _variable_problems(where, entry.variables, ("host", *listens))

    def peers(self, connections: Connections) -> dict[str, Peer]:
        """Declare all peers but the product's services. Entries with the same `group` share a peer."""
        found: dict[str, Peer] = {}
        groups: dict[str, Peer] = {}
        for name, entry in self._entries.items():
            group = entry.security_group
            if entry.addresses:
                found[name] = connections.address_range(name, entry.addresses, entry.ports)
            elif entry.ports:
                if group not in groups:
                    groups[group] = connections.group(group, entry.ports)
                found[name] = groups[group]
        return found

    def connect(self, service: DependentService, peers: Mapping[str, Peer]) -> None:
        """Declare the connections of a service to its dependencies."""
        for used in service.uses:
            entry = self[used]
            for name, fix in ((service.name, "pass its peer"), (used, "give it ports")):
                if name not in peers:
                    why = refusal(got=repr(name), allowed=", ".join(peers) or "none", fix=fix)
                    raise ProblemsError.one("Dependencies", why)
            peers[service.name].connects_to(peers[used], reason=entry.reason)

    def _unknown(self, name: str) -> str:
        allowed = ", ".join(self._entries) or "none"
        return refusal(got=repr(name), allowed=allowed, fix="correct the name, or add it to the dependencies")


class DependencyAccess:
    """The client access of each service to its dependencies.

    `modules` is dependency → client access of the module that creates it; `host` returns the private DNS name
    of a service; `secret_access` injects entries of the environment's secret, environment variable → entry.
    """

    def __init__(
        self,
        dependencies: Dependencies,
        *,
        services: Sequence[DependentService],
        modules: Mapping[str, ClientAccess],
        host: Callable[[str], str] | None = None,
        secret_access: Callable[[Mapping[str, str]], ClientAccess] | None = None,
    ) -> None:
        self._dependencies, self._modules = dependencies, modules
        self._ports = {service.name: service.ports for service in services}
        self._host, self._secret_access = host, secret_access

    def of(self, service: DependentService) -> list[ClientAccess]:
        """The client access of one service: to its dependencies, then to its own secret entries."""
        given = [self._given(used) for used in service.uses]
        return [*given, self._entries(service.secret_entries)] if service.secret_entries else given

    def _given(self, name: str) -> ClientAccess:
        if name in self._modules:
            return self._modules[name]
        entry = self._dependencies[name]
        if not entry.variables:
            return self._entries(entry.secret_entries)
        if self._host is None:
            raise _missing(f"variables of {name}", "the private name of a service", "host")
        ports = entry.ports or self._ports.get(name, {})
        if problems := list(_variable_problems(f"dependencies.{name}", entry.variables, ("host", *ports))):
            raise ProblemsError(problems)
        places = {"host": self._host(name), **ports}
        variables = {variable: text.format(**places) for variable, text in entry.variables.items()}
        return self._entries(entry.secret_entries, variables)

    def _entries(self, keys: Sequence[str], variables: Mapping[str, str] | None = None) -> ClientAccess:
        access = ClientAccess()
        if keys:
            if self._secret_access is None:
                raise _missing(f"entries {', '.join(keys)}", "the environment's secret", "secret_access")
            access = self._secret_access({key: key for key in keys})
        return replace(access, environment=variables or {})


def _missing(what: str, needs: str, argument: str) -> ProblemsError:
    why = refusal(got=f"{what} without {needs}", allowed=needs, fix=f"pass {argument}")
    return ProblemsError([Problem(where="DependencyAccess", what=why)])


def _variable_problems(
    where: str, variables: Mapping[str, str], places: Collection[str]
) -> Iterator[Problem]:
    for variable, text in variables.items():
        try:
            parts = [part for part in Formatter().parse(text) if part[1] is not None]
            named = {str(name) for _, name, _, _ in parts}
        except ValueError as error:
            why = refusal(got=repr(text), allowed="{host} and ports in braces", fix=f"{error}: correct it")
            yield Problem(where=f"{where}.variables.{variable}", what=why)
            continue
        if any(specification or conversion for _, _, specification, conversion in parts):
            allowed = "names in braces, without ':' or '!'"
            why = refusal(got=repr(text), allowed=allowed, fix="remove what follows the name")
            yield Problem(where=f"{where}.variables.{variable}", what=why)
        for name in sorted(named - {*places}):
            allowed = ", ".join(f"{{{place}}}" for place in places)
            why = refusal(got=f"{{{name}}}", allowed=allowed, fix="correct the name")
            yield Problem(where=f"{where}.variables.{variable}", what=why)


def _entry_problems(where: str, keys: Sequence[str], secret_keys: Collection[str]) -> Iterator[Problem]:
    for key in keys:
        if key not in secret_keys:
            allowed = ", ".join(secret_keys) or "none: the product has no secret"
            why = refusal(got=repr(key), allowed=allowed, fix="define it in SecretSettings")
            yield Problem(where=f"{where}.secret_entries", what=why)
