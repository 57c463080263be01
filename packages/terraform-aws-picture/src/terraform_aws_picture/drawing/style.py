"""Colors of the picture: those that AWS gives its groups and service categories."""

from __future__ import annotations

from ..architecture.components import Kind
from ..architecture.network import SubnetType

CLOUD, REGION, VPC, ZONE = "#232f3e", "#00a4a6", "#8c4fff", "#147eba"
TRAFFIC, EDGE, QUIET = "#232f3e", "#f4f0ff", "#f6f8fa"
LINE = "#c9d1d9"

# border, fill
SUBNET = {
    SubnetType.PUBLIC: ("#7aa116", "#f2f6e8"),
    SubnetType.PRIVATE: ("#00a4a6", "#e6f6f7"),
    SubnetType.ISOLATED: ("#147eba", "#e8f1fa"),
}

KIND = {
    Kind.LOAD_BALANCER: "#8c4fff",
    Kind.SERVICE: "#d45b07",
    Kind.FUNCTION: "#d45b07",
    Kind.FILES: "#5e8111",
    Kind.ENDPOINT: "#6b35d9",
    Kind.DATABASE: "#c925d1",
    Kind.CACHE: "#0b62c4",
    Kind.OUTSIDE: "#5a6b7b",
}
