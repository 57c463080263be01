"""Settings of load balancers and their targets. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from ...dns.names import Domain
from ...dns.settings import HealthCheckSettings as Route53HealthCheck
from ...dns.settings import Role
from ...errors import Problem, refusal
from ...settings import settings
from ...values import (
    EntryName,
    HeaderLine,
    HeaderName,
    HeaderValue,
    ListenerPriority,
    Name,
    PathPattern,
    Positive,
    Text,
    UrlPath,
)

# AWS recommends `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09` (TLS 1.2 and 1.3, post-quantum key exchange);
# the default here is available in every region and to every client with TLS 1.2. The API's own default is a
# policy of 2016. Source: Application Load Balancer user guide, "Security policies for your Application Load
# Balancer".
TlsPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
]

# Elastic Load Balancing API: RedirectActionConfig, Path, with placeholders such as #{path}.
_RedirectPath = Annotated[
    str,
    Text(pattern=r"/[!-~]*", longest=128, allowed="a path that begins with /, 128 characters at most"),
]
# Elastic Load Balancing API: Matcher, HttpCode (200 to 499) and GrpcCode (0 to 99).
_Matcher = Annotated[
    str,
    Text(
        pattern=r"[0-9]{1,3}(-[0-9]{1,3})?(,[0-9]{1,3}(-[0-9]{1,3})?)*",
        longest=100,
        allowed="codes such as 200, 200,302 or 200-299",
    ),
]


@settings
class LoadBalancerLogSettings:
    """Access logs and connection logs in a bucket, for `retention_days`."""

    retention_days: Positive = 90


@settings
class FailoverSettings:
    """The load balancer's records are one of two of each host: that of a primary stack, or of its recovery.

    Route 53 asks the load balancer by its own name for `check.path` of a target; without that target, and
    while its stack is paused or stands by, it is unhealthy.
    """

    role: Role
    # The name of the target whose health is that of the whole.
    target: Name
    check: Route53HealthCheck = Route53HealthCheck()


@settings
class LoadBalancerSettings:
    """An Application Load Balancer; times in seconds.

    Bounds: Elastic Load Balancing API, LoadBalancerAttribute.
    """

    # Deletion protection of the load balancer and of its logs.
    protected: bool = True
    # In the private subnets, without a public address.
    internal: bool = False
    # TLS 1.2 and 1.3; the policies with PQ have post-quantum key exchange.
    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    # A stream of server-sent events must send something, such as a comment line, within the timeout. Targets
    # must keep idle connections open for longer, or the load balancer returns 502.
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 60
    # The load balancer closes a connection between two requests after this time; streams are not cut.
    client_keep_alive: Annotated[int, Field(ge=60, le=604_800)] = 3600
    # "append" adds the client's address to X-Forwarded-For, "preserve" keeps the client's header.
    forwarded_for: Literal["append", "preserve", "remove"] = "append"
    # Whether targets get the Host header unmodified.
    preserve_host_header: bool = False
    # Protection from HTTP request smuggling.
    desync_mitigation: Literal["defensive", "strictest", "monitor"] = "defensive"
    # Amazon Application Recovery Controller may shift traffic away from an impaired zone.
    zonal_shift: bool = True
    # Two years of HTTPS only, for browsers; it replaces the target's own header.
    strict_transport_security: HeaderLine | None = "max-age=63072000; includeSubDomains"
    # False: requests are refused while AWS WAF is unavailable.
    waf_fail_open: bool = False
    # None: no access logs and no connection logs.
    logs: LoadBalancerLogSettings | None = LoadBalancerLogSettings()
    # None: its hosts have no record in another stack.
    failover: FailoverSettings | None = None


@settings
class HealthCheckSettings:
    """Health check of a target; times in seconds.

    Bounds: Application Load Balancer user guide, "Health checks for Application Load Balancer target groups".
    """

    path: UrlPath = "/health"
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    timeout: Annotated[int, Field(ge=2, le=120)] = 5
    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 3
    # HTTP or gRPC codes of a healthy target, such as "200-299"; None is 200, or 0 for gRPC.
    matcher: _Matcher | None = None

    def problems(self) -> Iterator[Problem]:
        """A timeout over the interval."""
        if self.timeout >= self.interval:
            allowed = f"less than the interval of {self.interval} seconds"
            yield Problem(
                where="timeout", what=refusal(got=self.timeout, allowed=allowed, fix="shorten the timeout")
            )


Https = Annotated[
    str,
    Text(
        pattern=r"https://[^\s/?#]+(/[^\s?#]*)?",
        longest=2_048,
        allowed="an address that begins with https://, without a query",
    ),
]


@settings
class OidcSettings:
    """Login with OpenID Connect before a request is forwarded.

    Source: Application Load Balancer user guide, "Authenticate users using an Application Load Balancer". The
    identity provider is told the redirect URI https://<host>/oauth2/idpresponse.
    """

    issuer: Https
    authorization_endpoint: Https
    token_endpoint: Https
    user_info_endpoint: Https
    client_id: HeaderLine
    # The entry of the environment's secret that is the client's secret.
    secret_entry: EntryName
    # Raised after the entry was changed: the load balancer takes it when this changes.
    secret_version: Positive = 1
    scope: HeaderLine = "openid"
    # How long somebody stays logged in, at most a week.
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    # What a request without a login gets: the login, 401, or the target as nobody.
    unauthenticated: Literal["authenticate", "deny", "allow"] = "authenticate"


@settings
class RedirectSettings:
    """A redirect of a host to another host or path, over HTTPS, with its query."""

    to_host: Domain | None = None
    # None: the path that was asked for.
    to_path: _RedirectPath | None = None
    # Path patterns of the host that redirect; empty for all.
    paths: tuple[PathPattern, ...] = ()
    # Browsers keep a permanent redirect (301), and ask again for the other (302).
    permanent: bool = True
    # Of the listener rule. None: derived from name, host and paths.
    priority: ListenerPriority | None = None

    def problems(self) -> Iterator[Problem]:
        """A redirect to itself."""
        if not self.to_host and not self.to_path:
            why = refusal(got="neither", allowed="another host or another path", fix="say where to")
            yield Problem(where="to_host, to_path", what=why)


@settings
class TargetSettings:
    """Target group and listener rule of a host; times in seconds.

    Bounds: Elastic Load Balancing API, TargetGroupAttribute. `alternate` creates the second target group that
    a blue/green deployment of ECS needs.
    """

    health: HealthCheckSettings = HealthCheckSettings()
    # Path patterns of the host, such as "/api/*"; empty for all paths.
    paths: tuple[PathPattern, ...] = ()
    # Public source addresses that may reach the host; everybody else gets 404, as for an unknown host. None
    # for all. With `internal` or from inside the network they are private addresses.
    allowed_networks: tuple[IPv4Network, ...] | None = None
    # Header → values: only requests that have one, such as {"X-Api-Version": ("2", "2.*")}. They are no
    # secrets: the plan and the state show them.
    headers: Mapping[HeaderName, tuple[HeaderValue, ...]] = field(default_factory=dict)
    # People log in before they reach the host; `target` then takes the secret.
    oidc: OidcSettings | None = None
    # Of the listener rule. None: derived from name, host and paths.
    priority: ListenerPriority | None = None
    protocol_version: Literal["HTTP1", "HTTP2", "GRPC"] = "HTTP1"
    # Duration of the load balancer cookie; None balances each request on its own.
    stickiness: Annotated[int, Field(ge=1, le=604_800)] | None = 86_400
    # How long requests in flight may take when their task is replaced.
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = 60
    # How long a new target gets a growing share of the requests; None for its whole share at once.
    slow_start: Annotated[int, Field(ge=30, le=900)] | None = None
    # "weighted_random" has anomaly mitigation: fewer requests to targets with more errors than others.
    algorithm: Literal["round_robin", "least_outstanding_requests", "weighted_random"] = "round_robin"
    alternate: bool = False

    def problems(self) -> Iterator[Problem]:
        """Combinations of attributes that AWS refuses."""
        if self.slow_start and self.algorithm != "round_robin":
            why = refusal(
                got=f"slow start with {self.algorithm}",
                allowed="slow start with round_robin",
                fix="drop slow_start or change the algorithm",
            )
            yield Problem(where="slow_start", what=why)
        if self.oidc and self.alternate:
            why = refusal(
                got="oidc with alternate",
                allowed="one of them: ECS changes the rule of a blue/green deployment",
                fix="deploy it by rolling updates",
            )
            yield Problem(where="oidc", what=why)
        networks = self.allowed_networks
        if networks is not None and (not networks or any(one.prefixlen == 0 for one in networks)):
            got = ", ".join(map(str, networks)) or "no network"
            allowed = "one network or more, of known people"
            why = refusal(got=got, allowed=allowed, fix="None is everybody")
            yield Problem(where="allowed_networks", what=why)
