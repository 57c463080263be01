"""Source of the Lambda functions, each a file that runs by itself with nothing but boto3."""
