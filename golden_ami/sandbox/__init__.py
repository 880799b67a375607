"""A local AWS that the real Terraform, boto3 and AWS CLI talk to, so that everything can be tried without an account.

It is moto's server with what moto lacks (EC2 Image Builder, most of Resource Access Manager, the public access block of
AMIs) and with AWS's refusals: what AWS rejects is rejected, and what is not modelled answers 501 at once instead of an
empty success. A development tool: nothing outside this package imports it.
"""
