"""Settings of load balancers and their targets. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, PositiveInt

from ...errors import Problem, refusal
from ...settings import settings

# TLS 1.2 and 1.3 with post-quantum key exchange is `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`, what AWS now
# recommends; the older one is known in every region and to every client that speaks TLS 1.2. Either beats the
# policy of 2016 that a listener made through the API gets. Source: Application Load Balancer user guide,
# "Security policies for your Application Load Balancer".
TlsPolicy = Literal[
    "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
]


@settings
class LoadBalancerLogSettings:
    """Logs of requests and of TLS handshakes, in a bucket of their own for so many days."""

    retention_days: PositiveInt = 90


@settings
class LoadBalancerSettings:
    """An application load balancer; times in seconds.

    Bounds: Elastic Load Balancing API, LoadBalancerAttribute.
    """

    # Deletion protection, and of its logs.
    protected: bool = True
    internal: bool = False
    tls_policy: TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    # How long a connection may be silent. A stream of events must send something (a comment line will do)
    # within it; every target must keep idle connections open for longer, or requests race with its closing.
    idle_timeout: Annotated[int, Field(ge=1, le=4000)] = 60
    # A client's connection is renewed after so long, between two requests: streams aren't cut by it.
    client_keep_alive: Annotated[int, Field(ge=60, le=604_800)] = 3600
    # "append" adds the client's address to X-Forwarded-For, "preserve" leaves what the client claims.
    forwarded_for: Literal["append", "preserve", "remove"] = "append"
    preserve_host_header: bool = False
    # Requests that break HTTP's grammar are how one request is smuggled in another.
    desync_mitigation: Literal["defensive", "strictest", "monitor"] = "defensive"
    zonal_shift: bool = True
    # Two years without plain HTTP, for browsers that came once; the header a target sends itself is replaced.
    strict_transport_security: str | None = "max-age=63072000; includeSubDomains"
    # When AWS WAF can't be asked, requests are refused rather than let through unseen.
    waf_fail_open: bool = False
    logs: LoadBalancerLogSettings | None = LoadBalancerLogSettings()


@settings
class HealthCheckSettings:
    """How a target is asked whether it is well; times in seconds.

    Bounds: Application Load Balancer user guide, "Health checks for Application Load Balancer target groups".
    """

    path: str = "/health"
    interval: Annotated[int, Field(ge=5, le=300)] = 30
    timeout: Annotated[int, Field(ge=2, le=120)] = 5
    healthy_threshold: Annotated[int, Field(ge=2, le=10)] = 2
    unhealthy_threshold: Annotated[int, Field(ge=2, le=10)] = 3
    # HTTP or gRPC codes that mean well, such as "200-299"; None is 200, or 0 for gRPC.
    matcher: str | None = None

    def problems(self) -> Iterator[Problem]:
        """Checks that would overlap, and paths that are none."""
        if self.timeout >= self.interval:
            allowed = f"less than the interval of {self.interval} seconds"
            yield Problem(
                where="timeout", what=refusal(got=self.timeout, allowed=allowed, fix="shorten the timeout")
            )
        if not self.path.startswith("/"):
            why = refusal(got=repr(self.path), allowed="a path that begins with /", fix="correct the path")
            yield Problem(where="path", what=why)


@settings
class TargetSettings:
    """What stands behind one host; times in seconds.

    Bounds: Elastic Load Balancing API, TargetGroupAttribute. `alternate` makes the second target group that
    ECS shifts traffic to and fro in a blue/green deployment.
    """

    health: HealthCheckSettings = HealthCheckSettings()
    paths: tuple[str, ...] = ()
    priority: PositiveInt | None = None
    protocol_version: Literal["HTTP1", "HTTP2", "GRPC"] = "HTTP1"
    # A day on the same task; None balances each request on its own.
    stickiness: Annotated[int, Field(ge=1, le=604_800)] | None = 86_400
    # What a request in flight may still take when its task is replaced. Streams reconnect by themselves.
    deregistration_delay: Annotated[int, Field(ge=0, le=3600)] = 60
    slow_start: Annotated[int, Field(ge=30, le=900)] | None = None
    # "weighted_random" watches for tasks that fail more than their peers and sends them less.
    algorithm: Literal["round_robin", "least_outstanding_requests", "weighted_random"] = "round_robin"
    alternate: bool = False

    def problems(self) -> Iterator[Problem]:
        """Attributes that AWS refuses together."""
        if self.slow_start and self.algorithm != "round_robin":
            why = refusal(
                got=f"slow start with {self.algorithm}",
                allowed="slow start with round_robin",
                fix="drop slow_start or change the algorithm",
            )
            yield Problem(where="slow_start", what=why)
