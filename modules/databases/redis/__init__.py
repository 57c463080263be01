"""Redis and Valkey on ElastiCache."""
