"""EFS file systems."""
