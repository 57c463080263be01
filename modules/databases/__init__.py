"""Stores of data behind a port: PostgreSQL, Redis and Valkey."""
