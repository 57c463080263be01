"""Aurora PostgreSQL Serverless v2."""
