"""A static website: CloudFront before a private S3 bucket."""
