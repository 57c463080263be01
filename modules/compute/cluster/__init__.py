"""An ECS cluster on Fargate."""
