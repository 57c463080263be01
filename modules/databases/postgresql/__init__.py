"""PostgreSQL on RDS."""
