"""An Application Load Balancer."""
