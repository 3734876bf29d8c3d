"""Drives the service with the AWS Encryption SDK for Python, unmodified. Settings come from the environment alone.

Takes the key's ARN, and what to do. Prints one line of JSON; fails with a traceback.
"""

import json
import sys

import aws_encryption_sdk
import boto3
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import CreateAwsKmsKeyringInput
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.identifiers import AlgorithmSuite

ARN, TASK = sys.argv[1:]
CONTEXT = {"customer": "4711"}
# Without a signature: a signed message has its public key in the encryption context.
UNSIGNED = AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY

client = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
)
provider = aws_encryption_sdk.StrictAwsKmsMasterKeyProvider(key_ids=[ARN])


def failure_of(call):
    """The name of the error that a call must end with."""
    try:
        call()
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    raise AssertionError("the call succeeded")


def with_provider():
    sealed, _ = client.encrypt(
        source=b"a file", key_provider=provider, encryption_context=CONTEXT, algorithm=UNSIGNED
    )
    opened, header = client.decrypt(source=sealed, key_provider=provider)
    assert opened == b"a file"
    changed = sealed.replace(b"4711", b"4712", 1)
    assert changed != sealed
    return {
        "context": header.encryption_context,
        "changed": failure_of(lambda: client.decrypt(source=changed, key_provider=provider)),
    }


def with_keyring():
    materials = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
    keyring = materials.create_aws_kms_keyring(
        CreateAwsKmsKeyringInput(kms_key_id=ARN, kms_client=boto3.client("kms"))
    )
    sealed, _ = client.encrypt(source=b"a file", keyring=keyring, encryption_context=CONTEXT)
    opened, header = client.decrypt(source=sealed, keyring=keyring, encryption_context=CONTEXT)
    assert opened == b"a file"
    other = {"customer": "4712"}
    return {
        "context": sorted(header.encryption_context),
        "other": failure_of(lambda: client.decrypt(source=sealed, keyring=keyring, encryption_context=other)),
    }


def with_cache():
    manager = aws_encryption_sdk.CachingCryptoMaterialsManager(
        master_key_provider=provider,
        cache=aws_encryption_sdk.LocalCryptoMaterialsCache(capacity=10),
        max_age=600.0,
        max_messages_encrypted=20,
    )
    sealed = [
        client.encrypt(
            source=b"a file", materials_manager=manager, encryption_context=CONTEXT, algorithm=UNSIGNED
        )[0]
        for _ in range(20)
    ]
    opened = [client.decrypt(source=message, materials_manager=manager)[0] for message in sealed]
    return {"messages": opened.count(b"a file")}


print(json.dumps({"provider": with_provider, "keyring": with_keyring, "cache": with_cache}[TASK]()))
