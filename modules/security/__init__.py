"""Who may talk to whom: connections, and the security groups derived from them."""
