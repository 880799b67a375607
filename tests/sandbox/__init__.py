"""The sandbox: what it promises to Terraform, boto3 and the people who use it."""
