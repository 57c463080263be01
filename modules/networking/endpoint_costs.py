"""What the ways from private subnets to AWS's services cost: NAT gateways or interface endpoints. Pure.

A NAT gateway and an endpoint's network interface cost by the hour and by the GB (Amazon VPC pricing, AWS
PrivateLink pricing). Gateway endpoints of S3 and DynamoDB cost nothing, so what goes there counts nowhere:
of an image in ECR, the layers come from S3.
"""

from __future__ import annotations

from dataclasses import dataclass

HOURS = 730  # of a month, as AWS's calculator counts


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Prices of a region in USD; a NAT gateway's with its address, an endpoint's of one zone."""

    nat_gateway_hour: float
    nat_gateway_gb: float
    endpoint_zone_hour: float
    endpoint_gb: float


@dataclass(frozen=True, kw_only=True)
class WaysOut:
    """`gateways` NAT gateways compared with `interfaces` of endpoints: services × zones."""

    prices: Prices
    gateways: int
    interfaces: int

    def by_gateways(self, gb: float) -> float:
        """USD a month where NAT gateways carry that many GB."""
        return self._gateway_hours + gb * self.prices.nat_gateway_gb

    def by_endpoints(self, gb: float) -> float:
        """USD a month where endpoints carry them and there is no NAT gateway."""
        return self._endpoint_hours + gb * self.prices.endpoint_gb

    def by_both(self, gb: float) -> float:
        """USD a month where endpoints carry them and NAT gateways stay for the rest of the internet."""
        return self._gateway_hours + self.by_endpoints(gb)

    @property
    def instead_from_gb(self) -> float:
        """GB a month from which endpoints instead of NAT gateways are cheaper; 0: whatever the traffic."""
        return max(0.0, self._endpoint_hours - self._gateway_hours) / self._saved_by_gb

    @property
    def beside_from_gb(self) -> float:
        """GB a month from which endpoints beside NAT gateways are cheaper."""
        return self._endpoint_hours / self._saved_by_gb

    @property
    def _gateway_hours(self) -> float:
        return self.gateways * self.prices.nat_gateway_hour * HOURS

    @property
    def _endpoint_hours(self) -> float:
        return self.interfaces * self.prices.endpoint_zone_hour * HOURS

    @property
    def _saved_by_gb(self) -> float:
        return self.prices.nat_gateway_gb - self.prices.endpoint_gb
