"""What faces the internet: load balancer, websites, web ACLs."""
