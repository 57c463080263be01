"""Policy statements, and what a resource grants to its clients."""
