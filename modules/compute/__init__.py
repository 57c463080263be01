"""Containers on Fargate: cluster, services, images, file systems, discovery."""
