"""What operators do with a deployed factory, through boto3: executions, evidence, images, and what is wrong with it."""
