"""An environment's secret in Secrets Manager, and how old secrets are."""
