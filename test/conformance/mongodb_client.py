"""Drives the service with MongoDB's client-side field level encryption (libmongocrypt), unmodified.

Takes the database's address, the key's ARN, the service's host and port, the file of its CA, and another key's ARN.
Prints one line of JSON; fails with a traceback.
"""

import json
import os
import sys

from bson import CodecOptions
from bson.binary import STANDARD
from pymongo import MongoClient
from pymongo.encryption import Algorithm, ClientEncryption
from pymongo.encryption_options import AutoEncryptionOpts
from pymongo.errors import EncryptionError

URI, ARN, HOST, CA_FILE, OTHER_ARN = sys.argv[1:]
PROVIDERS = {
    "aws": {
        "accessKeyId": os.environ["AWS_ACCESS_KEY_ID"],
        "secretAccessKey": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
}
TRUST = {"aws": {"tlsCAFile": CA_FILE}}
VAULT = "vault.keys"


def master_key(arn):
    return {"region": "us-east-1", "key": arn, "endpoint": HOST}


def encryption(client, trust=TRUST):
    return ClientEncryption(PROVIDERS, VAULT, client, CodecOptions(uuid_representation=STANDARD), kms_tls_options=trust)


def failure_of(call):
    try:
        call()
    except EncryptionError as error:
        return str(error)
    raise AssertionError("the call succeeded")


with MongoClient(URI) as client:
    with encryption(client) as own:
        key_id = own.create_data_key("aws", master_key=master_key(ARN), key_alt_names=["customers"])
        first = own.encrypt("4711", Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Deterministic, key_alt_name="customers")
        for _ in range(20):
            own.encrypt("4711", Algorithm.AEAD_AES_256_CBC_HMAC_SHA_512_Random, key_id=key_id)
    client.shop.orders.insert_one({"customer": first})

    # Another process would have nothing cached: neither has another object.
    with encryption(client) as own:
        assert own.decrypt(client.shop.orders.find_one()["customer"]) == "4711"

    # A client that decrypts by itself; encrypting by itself takes MongoDB's own library beside it.
    options = AutoEncryptionOpts(PROVIDERS, VAULT, bypass_auto_encryption=True, kms_tls_options=TRUST)
    with MongoClient(URI, auto_encryption_opts=options) as automatic:
        assert automatic.shop.orders.find_one()["customer"] == "4711"

    with encryption(client) as own:
        moved = own.rewrap_many_data_key({}, provider="aws", master_key=master_key(OTHER_ARN))
        assert moved.bulk_write_result.modified_count == 1
    with encryption(client) as own:
        assert own.decrypt(first) == "4711"
    assert client.vault["keys"].find_one()["masterKey"]["key"] == OTHER_ARN

    with encryption(client, trust=None) as own:
        untrusted = failure_of(lambda: own.decrypt(first))
    print(json.dumps({"untrusted": "CERTIFICATE_VERIFY_FAILED" in untrusted}))
