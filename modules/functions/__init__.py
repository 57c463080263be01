"""Sources of Lambda functions, each one file that needs boto3 only."""
