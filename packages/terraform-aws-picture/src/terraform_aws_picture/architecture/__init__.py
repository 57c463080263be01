"""What a Terraform JSON document says: components, their subnets, and who may connect to whom."""
