"""Stores of data behind a port: PostgreSQL on RDS and on Aurora, Redis and Valkey."""
