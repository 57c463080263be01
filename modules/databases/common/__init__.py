"""Code that PostgreSQL on RDS and on Aurora share, and the syntax of backup and maintenance windows."""
