"""Drives the service with boto3, unmodified. Prints one line of JSON; fails with a traceback."""

import json

import boto3
from botocore.exceptions import ClientError

kms = boto3.client("kms")
sts = boto3.client("sts")


def code_of(call):
    """The code of the error that a call must end with, and whether it names the request."""
    try:
        call()
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        return [error.response["Error"]["Code"], metadata["HTTPStatusCode"], bool(metadata.get("RequestId"))]
    raise AssertionError("the call succeeded")


arn = sts.get_caller_identity()["Arn"]
key = kms.create_key(Description="boto3", Tags=[{"TagKey": "team", "TagValue": "a"}])["KeyMetadata"]
key_id = key["KeyId"]
context = {"customer": "4711"}

sealed = kms.encrypt(KeyId=key_id, Plaintext=b"a file", EncryptionContext=context)["CiphertextBlob"]
opened = kms.decrypt(CiphertextBlob=sealed, EncryptionContext=context)
assert opened["Plaintext"] == b"a file"
assert opened["KeyId"] == key["Arn"]

data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
assert len(data_key["Plaintext"]) == 32
assert kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"])["Plaintext"] == data_key["Plaintext"]

moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=context, DestinationKeyId=key_id)
assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"a file"

pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
ids = [entry["KeyId"] for page in pages for entry in page["Keys"]]
assert key_id in ids

created = key["CreationDate"]
print(
    json.dumps(
        {
            "arn": arn,
            "zone": str(created.tzinfo is not None),
            "wrongContext": code_of(lambda: kms.decrypt(CiphertextBlob=sealed)),
            "unknownKey": code_of(lambda: kms.describe_key(KeyId="alias/none")),
            "unsupported": code_of(lambda: kms.get_public_key(KeyId=key_id)),
            "dryRun": code_of(lambda: kms.encrypt(KeyId=key_id, Plaintext=b"a", DryRun=True)),
        }
    )
)
