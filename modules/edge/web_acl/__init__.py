"""AWS WAF web ACLs."""
