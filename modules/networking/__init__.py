"""Networks: subnets, routes, gateways, endpoints, flow logs."""
