"""Carry a change to every stack, wave by wave, with the real cdktf and the real Terraform.

Not to be confused with the runbook ``GoldenAmiRollout``, which carries an approved image to instances. Nothing here
imports cdktf or boto3: both tools are run as commands.
"""
