"""An ECS service on Fargate."""
