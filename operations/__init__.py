"""What people run: `infra …`, the command installed with the project."""
