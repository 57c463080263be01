"""An ECR repository, and the image a service runs."""
