"""Makes a key with whatever credentials boto3 finds by itself, and prints who that was."""

import boto3

boto3.client("kms").create_key()
print(boto3.client("sts").get_caller_identity()["Arn"])
