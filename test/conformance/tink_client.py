"""Drives the service with Tink for Python, unmodified. Settings come from the environment alone.

Takes the key's ARN. Prints one line of JSON; fails with a traceback.
"""

import json
import sys

import boto3
import tink
from tink import aead
from tink.integration import awskms

URI = "aws-kms://" + sys.argv[1]
aead.register()
remote = awskms.new_client(boto3_client=boto3.client("kms"), key_uri=URI).get_aead(URI)

# A keyset that lies encrypted by the service, bound to where it belongs.
keyset = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
stored = tink.json_proto_keyset_format.serialize_encrypted(keyset, remote, b"shop")
loaded = tink.json_proto_keyset_format.parse_encrypted(stored, remote, b"shop")
sealed = keyset.primitive(aead.Aead).encrypt(b"a file", b"4711")
assert loaded.primitive(aead.Aead).decrypt(sealed, b"4711") == b"a file"

try:
    tink.json_proto_keyset_format.parse_encrypted(stored, remote, b"other")
    raise AssertionError("the keyset was opened")
except tink.TinkError as error:
    refused = "InvalidCiphertextException" in str(error)

# Envelope encryption: a data key for each file, wrapped by the service.
envelope = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, remote)
files = [envelope.encrypt(b"a file", b"4711") for _ in range(3)]
assert [envelope.decrypt(file, b"4711") for file in files] == [b"a file"] * 3
print(json.dumps({"refused": refused}))
