"""Drives the service with boto3, unmodified: every operation, keys of every spec that it knows, and every exception by its
class. Settings come from the environment alone. Prints one line of JSON: the operations of botocore's model, what keys
were used for, and the exceptions that arrived as their classes. Fails with a traceback."""

import hashlib
import hmac
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.exceptions import ClientError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

# A rotation is done within seconds.
ROTATION_SECONDS_MAX = 30
ROTATION_POLL_SECONDS = 0.05
# Together at most as many as a key takes in its life.
ROTATIONS_AT_ONCE = 8
ROTATION_ROUNDS = 3

FILE = b"a file"
BOUND = {"customer": "4711"}
WIDER = {"customer": "4711", "order": "1"}
OTHER_REGION = os.environ["OTHER_REGION"]
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}

kms = boto3.client("kms")
other = boto3.client("kms", region_name=OTHER_REGION)
grantee = boto3.client(
    "kms",
    aws_access_key_id=os.environ["GRANTEE_ACCESS_KEY_ID"],
    aws_secret_access_key=os.environ["GRANTEE_SECRET_ACCESS_KEY"],
)
stand_in = boto3.client("kms", endpoint_url=os.environ["STAND_IN"])
model = kms.meta.service_model

typed = set()
uses = []


def enum(shape):
    return model.shape_for(shape).enum


def refused(name, call, status=400):
    """Makes a call that has to end with the exception of this name, as a class of its own, and notes that it did."""
    try:
        call()
    except ClientError as error:
        metadata = error.response["ResponseMetadata"]
        assert type(error) is not ClientError and type(error).__name__ == name, f"{name}, not {error!r}"
        assert metadata["HTTPStatusCode"] == status and metadata["RequestId"], metadata
        typed.add(name)
        return
    raise AssertionError(f"the call succeeded, and did not end with {name}")


def code_of(call):
    """The code of the error that a call must end with."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    raise AssertionError("the call succeeded")


def new_key(**request):
    return kms.create_key(**request)["KeyMetadata"]


def opened(sealed):
    return kms.decrypt(CiphertextBlob=sealed)["Plaintext"]


def use_key(key):
    key_id = key["KeyId"]
    sealed = kms.encrypt(KeyId=key_id, Plaintext=FILE, EncryptionContext=BOUND)["CiphertextBlob"]
    answer = kms.decrypt(CiphertextBlob=sealed, EncryptionContext=BOUND)
    assert (answer["Plaintext"], answer["KeyId"]) == (FILE, key["Arn"])
    refused("InvalidCiphertextException", lambda: kms.decrypt(CiphertextBlob=sealed))
    moved = kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext=BOUND, DestinationKeyId=key_id)
    assert opened(moved["CiphertextBlob"]) == FILE
    data_key = kms.generate_data_key(KeyId=key_id, KeySpec="AES_256")
    assert len(data_key["Plaintext"]) == 32 and opened(data_key["CiphertextBlob"]) == data_key["Plaintext"]
    closed = kms.generate_data_key_without_plaintext(KeyId=key_id, NumberOfBytes=64)
    assert "Plaintext" not in closed and len(opened(closed["CiphertextBlob"])) == 64
    assert len(kms.generate_random(NumberOfBytes=17)["Plaintext"]) == 17
    last = kms.get_key_last_usage(KeyId=key_id)
    assert last["KeyLastUsage"]["Operation"] == "Decrypt", last
    assert last["TrackingStartDate"] == last["KeyCreationDate"] and last["KeyCreationDate"].tzinfo is not None


def name_key(key_id):
    alias, old = "alias/boto3", new_key()["KeyId"]
    kms.create_alias(AliasName=alias, TargetKeyId=old)
    refused("AlreadyExistsException", lambda: kms.create_alias(AliasName=alias, TargetKeyId=old))
    kms.update_alias(AliasName=alias, TargetKeyId=key_id)
    assert [entry["TargetKeyId"] for entry in kms.list_aliases(KeyId=key_id)["Aliases"]] == [key_id]
    kms.update_key_description(KeyId=key_id, Description="orders")
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["Description"] == "orders"
    kms.delete_alias(AliasName=alias)
    pages = kms.get_paginator("list_keys").paginate(PaginationConfig={"PageSize": 1})
    ids = [entry["KeyId"] for page in pages for entry in page["Keys"]]
    assert len(ids) == 3 and {key_id, old} < set(ids)
    kms.tag_resource(KeyId=key_id, Tags=[{"TagKey": "stage", "TagValue": "test"}])
    kms.untag_resource(KeyId=key_id, TagKeys=["team"])
    assert kms.list_resource_tags(KeyId=key_id)["Tags"] == [{"TagKey": "stage", "TagValue": "test"}]
    assert kms.list_key_policies(KeyId=key_id)["PolicyNames"] == ["default"]
    policy = kms.get_key_policy(KeyId=key_id)["Policy"]
    assert json.loads(policy)["Statement"]
    kms.put_key_policy(KeyId=key_id, Policy=policy)


def end_key(key_id):
    def encrypt(**more):
        return kms.encrypt(KeyId=key_id, Plaintext=FILE, **more)

    kms.disable_key(KeyId=key_id)
    refused("DisabledException", encrypt)
    kms.enable_key(KeyId=key_id)
    refused("DryRunOperationException", lambda: encrypt(DryRun=True))
    refused(
        "DryRunOperationException",
        lambda: kms.decrypt(KeyId=key_id, DryRun=True, DryRunModifiers=["IGNORE_CIPHERTEXT"]),
    )
    kms.schedule_key_deletion(KeyId=key_id, PendingWindowInDays=7)
    refused("KMSInvalidStateException", encrypt)
    kms.cancel_key_deletion(KeyId=key_id)
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Disabled"


def spki(key):
    return kms.get_public_key(KeyId=key["KeyId"])["PublicKey"]


def public_key(key):
    """The public key, where Python's library reads keys of its kind."""
    try:
        return serialization.load_der_public_key(spki(key))
    except (ValueError, UnsupportedAlgorithm) as error:
        assert not key["KeySpec"].startswith("RSA"), error
        return None


def encrypt_with(key, algorithm):
    asked = {"KeyId": key["KeyId"], "EncryptionAlgorithm": algorithm}
    ciphertexts = [kms.encrypt(Plaintext=FILE, **asked)["CiphertextBlob"]]
    if algorithm.startswith("RSAES"):
        digest = hashes.SHA1() if algorithm.endswith("_1") else hashes.SHA256()
        oaep = padding.OAEP(mgf=padding.MGF1(digest), algorithm=digest, label=None)
        ciphertexts.append(public_key(key).encrypt(FILE, oaep))
    for ciphertext in ciphertexts:
        assert kms.decrypt(CiphertextBlob=ciphertext, **asked)["Plaintext"] == FILE


def sign_with(key, algorithm):
    is_hashed = algorithm == "ED25519_PH_SHA_512"
    message = hashlib.sha512(FILE).digest() if is_hashed else FILE
    asked = {
        "KeyId": key["KeyId"],
        "SigningAlgorithm": algorithm,
        "MessageType": "DIGEST" if is_hashed else "RAW",
    }
    signature = kms.sign(Message=message, **asked)["Signature"]
    assert kms.verify(Message=message, Signature=signature, **asked)["SignatureValid"]
    verify_here(public_key(key), algorithm, signature)
    wrong = bytes(len(message))
    refused("KMSInvalidSignatureException", lambda: kms.verify(Message=wrong, Signature=signature, **asked))


def verify_here(public, algorithm, signature):
    """What Python's library says of a signature; it raises an exception for a wrong one."""
    digest = HASHES.get(algorithm[-3:])
    if isinstance(public, rsa.RSAPublicKey):
        pss = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
        scheme = pss if algorithm.startswith("RSASSA_PSS") else padding.PKCS1v15()
        public.verify(signature, FILE, scheme, digest)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(signature, FILE, ec.ECDSA(digest))
    elif isinstance(public, ed25519.Ed25519PublicKey) and algorithm == "ED25519_SHA_512":
        public.verify(signature, FILE)


def mac_with(key, algorithm):
    asked = {"KeyId": key["KeyId"], "MacAlgorithm": algorithm}
    mac = kms.generate_mac(Message=FILE, **asked)["Mac"]
    assert kms.verify_mac(Message=FILE, Mac=mac, **asked)["MacValid"]
    refused("KMSInvalidMacException", lambda: kms.verify_mac(Message=b"another file", Mac=mac, **asked))


def agree_with(key, algorithm):
    def derive(own, peer):
        answer = kms.derive_shared_secret(KeyId=own["KeyId"], KeyAgreementAlgorithm=algorithm, PublicKey=peer)
        return answer["SharedSecret"]

    peer = new_key(KeySpec=key["KeySpec"], KeyUsage=key["KeyUsage"])
    assert derive(key, spki(peer)) == derive(peer, spki(key))
    theirs = public_key(key)
    if theirs is None:
        assert key["KeySpec"] == "SM2"
        return
    own = ec.generate_private_key(theirs.curve)
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert derive(key, own.public_key().public_bytes(*form)) == own.exchange(ec.ECDH(), theirs)


def encapsulate_with(key, algorithm):
    asked = {"KeyId": key["KeyId"], "EncapsulationAlgorithm": algorithm}
    made = kms.encapsulate(**asked)
    again = kms.decapsulate(SharedSecretCiphertextBlob=made["SharedSecretCiphertextBlob"], **asked)
    assert len(made["SharedSecret"]) == 32 and again["SharedSecret"] == made["SharedSecret"]


USE = {
    "EncryptionAlgorithms": encrypt_with,
    "SigningAlgorithms": sign_with,
    "MacAlgorithms": mac_with,
    "KeyAgreementAlgorithms": agree_with,
    "EncapsulationAlgorithms": encapsulate_with,
}


def every_spec():
    """Keys of every spec and usage that botocore knows, used with every algorithm that the service says they have."""
    for spec in enum("KeySpec"):
        for usage in enum("KeyUsageType"):
            try:
                key = new_key(KeySpec=spec, KeyUsage=usage)
            except ClientError as error:
                assert error.response["Error"]["Code"] == "ValidationException", error
                continue
            for member, use in USE.items():
                for algorithm in key.get(member, []):
                    use(key, algorithm)
                    uses.append(f"{spec} {usage} {algorithm}")


def data_key_pairs():
    key_id = new_key()["KeyId"]
    for spec in enum("DataKeyPairSpec"):
        made = kms.generate_data_key_pair(KeyId=key_id, KeyPairSpec=spec)
        assert opened(made["PrivateKeyCiphertextBlob"]) == made["PrivateKeyPlaintext"], spec
    bare = kms.generate_data_key_pair_without_plaintext(KeyId=key_id, KeyPairSpec="ECC_NIST_P256")
    assert "PrivateKeyPlaintext" not in bare and len(bare["PublicKey"]) > 32


def wait_for_rotation(key_id):
    end = time.monotonic() + ROTATION_SECONDS_MAX
    while "OnDemandRotationStartDate" in kms.get_key_rotation_status(KeyId=key_id):
        assert time.monotonic() < end, "a rotation that is not done"
        time.sleep(ROTATION_POLL_SECONDS)


def rotate(key_id):
    """Rotates, and waits until the service says that it is done."""
    kms.rotate_key_on_demand(KeyId=key_id)
    wait_for_rotation(key_id)


def rotation():
    key_id = new_key()["KeyId"]
    kms.enable_key_rotation(KeyId=key_id, RotationPeriodInDays=180)
    status = kms.get_key_rotation_status(KeyId=key_id)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)
    kms.disable_key_rotation(KeyId=key_id)
    sealed = kms.encrypt(KeyId=key_id, Plaintext=FILE)["CiphertextBlob"]
    rotate(key_id)
    rotate(key_id)
    assert opened(sealed) == FILE
    asked = {"KeyId": key_id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}
    pages = kms.get_paginator("list_key_rotations").paginate(**asked, PaginationConfig={"PageSize": 1})
    assert len({entry["KeyMaterialId"] for page in pages for entry in page["Rotations"]}) == 3


def conflict():
    """Of rotations that are asked for at once, one is in progress when another one is judged."""
    key_id = new_key()["KeyId"]

    def rotate_or_conflict(_):
        try:
            kms.rotate_key_on_demand(KeyId=key_id)
        except kms.exceptions.ConflictException:
            typed.add("ConflictException")

    for _ in range(ROTATION_ROUNDS):
        with ThreadPoolExecutor(ROTATIONS_AT_ONCE) as pool:
            list(pool.map(rotate_or_conflict, range(ROTATIONS_AT_ONCE)))
        wait_for_rotation(key_id)
        if "ConflictException" in typed:
            return
    raise AssertionError("no rotation was refused while another one was in progress")


def wrapped(key_id, material):
    """What an import is asked with: material in its wrapping, and the token that goes with it."""
    parameters = kms.get_parameters_for_import(
        KeyId=key_id, WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
    )
    digest = hashes.SHA256()
    oaep = padding.OAEP(mgf=padding.MGF1(digest), algorithm=digest, label=None)
    return {
        "KeyId": key_id,
        "ImportToken": parameters["ImportToken"],
        "EncryptedKeyMaterial": serialization.load_der_public_key(parameters["PublicKey"]).encrypt(material, oaep),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
    }


def imported_material():
    key_id = new_key(Origin="EXTERNAL")["KeyId"]
    first, second = bytes([1] * 32), bytes([2] * 32)
    kms.import_key_material(**wrapped(key_id, first))
    sealed = kms.encrypt(KeyId=key_id, Plaintext=FILE)["CiphertextBlob"]
    asked = wrapped(key_id, second)
    refused("IncorrectKeyMaterialException", lambda: kms.import_key_material(**asked))
    refused(
        "InvalidImportTokenException", lambda: kms.import_key_material(**{**asked, "ImportToken": bytes(100)})
    )
    kms.import_key_material(**asked, ImportType="NEW_KEY_MATERIAL", KeyMaterialDescription="the second")
    rotate(key_id)
    kms.delete_imported_key_material(KeyId=key_id)
    refused("KMSInvalidStateException", lambda: opened(sealed))
    kms.import_key_material(**wrapped(key_id, second))
    assert opened(sealed) == FILE
    mac_key = new_key(Origin="EXTERNAL", KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyId"]
    kms.import_key_material(**wrapped(mac_key, second))
    made = kms.generate_mac(KeyId=mac_key, Message=FILE, MacAlgorithm="HMAC_SHA_256")["Mac"]
    assert made == hmac.digest(second, FILE, "sha256")


def regions():
    key_id = new_key(MultiRegion=True)["KeyId"]
    asked = {"KeyId": key_id, "ReplicaRegion": OTHER_REGION, "Description": "a replica"}
    replica = kms.replicate_key(**asked)["ReplicaKeyMetadata"]
    assert replica["MultiRegionConfiguration"]["MultiRegionKeyType"] == "REPLICA"
    refused("AlreadyExistsException", lambda: kms.replicate_key(**asked))
    refused("UnsupportedOperationException", lambda: other.replicate_key(**asked))
    assert opened(other.encrypt(KeyId=key_id, Plaintext=FILE)["CiphertextBlob"]) == FILE
    assert other.get_key_last_usage(KeyId=key_id)["KeyLastUsage"]["Operation"] == "Encrypt"
    kms.update_primary_region(KeyId=key_id, PrimaryRegion=OTHER_REGION)
    described = other.describe_key(KeyId=key_id)["KeyMetadata"]["MultiRegionConfiguration"]
    assert described["PrimaryKey"]["Region"] == OTHER_REGION and len(described["ReplicaKeys"]) == 1
    refused("NotFoundException", lambda: kms.describe_key(KeyId=replica["Arn"]))


def grants():
    key_id, app = new_key()["KeyId"], os.environ["GRANTEE"]
    asked = {
        "KeyId": key_id,
        "GranteePrincipal": app,
        "RetiringPrincipal": app,
        "Operations": ["Encrypt", "Decrypt"],
    }

    def use(**more):
        return grantee.encrypt(KeyId=key_id, Plaintext=FILE, **more)

    first = kms.create_grant(**asked, Constraints={"EncryptionContextSubset": BOUND})
    sealed = use(EncryptionContext=WIDER, GrantTokens=[first["GrantToken"]])["CiphertextBlob"]
    assert grantee.decrypt(CiphertextBlob=sealed, EncryptionContext=WIDER)["Plaintext"] == FILE
    assert code_of(use) == "AccessDeniedException"
    second = kms.create_grant(**asked, Name="second", Constraints={"EncryptionContextEquals": BOUND})
    pages = kms.get_paginator("list_grants").paginate(KeyId=key_id, PaginationConfig={"PageSize": 1})
    found = [grant["Constraints"] for page in pages for grant in page["Grants"]]
    assert len(found) == 2 and {"EncryptionContextEquals": BOUND} in found
    assert len(kms.list_retirable_grants(RetiringPrincipal=app)["Grants"]) == 2
    kms.revoke_grant(KeyId=key_id, GrantId=first["GrantId"])
    assert code_of(lambda: use(EncryptionContext=WIDER)) == "AccessDeniedException"
    kms.retire_grant(GrantToken=second["GrantToken"])
    assert kms.list_grants(KeyId=key_id)["Grants"] == []
    large = {"EncryptionContextSubset": {f"name{at}": "value" for at in range(9)}}
    refused("LimitExceededException", lambda: kms.create_grant(**asked, Constraints=large))
    refused("DryRunOperationException", lambda: kms.create_grant(**asked, DryRun=True))
    refused("InvalidGrantTokenException", lambda: kms.retire_grant(GrantToken="x"))
    refused("InvalidGrantIdException", lambda: kms.revoke_grant(KeyId=key_id, GrantId="x"))


def refusals():
    key_id, unlike = new_key()["KeyId"], new_key()["KeyId"]
    sealed = kms.encrypt(KeyId=key_id, Plaintext=FILE)["CiphertextBlob"]
    sign = {"KeyId": key_id, "Message": FILE, "SigningAlgorithm": "ECDSA_SHA_256"}
    reserved = [{"TagKey": "aws:a", "TagValue": "b"}]
    refused("IncorrectKeyException", lambda: kms.decrypt(KeyId=unlike, CiphertextBlob=sealed))
    refused("InvalidKeyUsageException", lambda: kms.sign(**sign))
    refused(
        "InvalidAliasNameException",
        lambda: kms.create_alias(AliasName="alias/aws/boto3", TargetKeyId=key_id),
    )
    refused("InvalidArnException", lambda: kms.describe_key(KeyId="arn:aws:s3:::bucket"))
    refused("InvalidMarkerException", lambda: kms.list_keys(Marker="x"))
    refused("MalformedPolicyDocumentException", lambda: kms.create_key(Policy="{"))
    refused("TagException", lambda: kms.tag_resource(KeyId=key_id, Tags=reserved))
    refused("UnsupportedOperationException", lambda: kms.get_public_key(KeyId=key_id))
    store = {"CustomKeyStoreId": "cks-1"}
    for call in (
        lambda: kms.connect_custom_key_store(**store),
        lambda: kms.create_custom_key_store(CustomKeyStoreName="hsm"),
        lambda: kms.delete_custom_key_store(**store),
        lambda: kms.describe_custom_key_stores(),
        lambda: kms.disconnect_custom_key_store(**store),
        lambda: kms.update_custom_key_store(**store),
    ):
        refused("UnsupportedOperationException", call)


def answered():
    """What a working service does not answer."""
    material = {"ImportToken": FILE, "EncryptedKeyMaterial": FILE}
    refused("KeyUnavailableException", lambda: stand_in.encrypt(KeyId="alias/any", Plaintext=FILE), 500)
    refused("KMSInternalException", lambda: stand_in.generate_random(), 500)
    refused("DependencyTimeoutException", lambda: stand_in.list_keys(), 500)
    refused(
        "ExpiredImportTokenException", lambda: stand_in.import_key_material(KeyId="alias/any", **material)
    )


first_key = new_key(Description="boto3", Tags=[{"TagKey": "team", "TagValue": "a"}])
use_key(first_key)
name_key(first_key["KeyId"])
end_key(first_key["KeyId"])
every_spec()
data_key_pairs()
rotation()
conflict()
imported_material()
regions()
grants()
refusals()
answered()
print(
    json.dumps({"operations": sorted(model.operation_names), "typed": sorted(typed), "uses": sorted(uses)})
)
