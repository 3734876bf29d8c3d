"""Drives IAM and STS with boto3, unmodified. Prints one line of JSON; fails with a traceback."""

import json

import boto3
from botocore.exceptions import ClientError


def code_of(call):
    """The code and status of the error that a call must end with."""
    try:
        call()
    except ClientError as error:
        return [error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]]
    raise AssertionError("the call succeeded")


def policy(action):
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


iam = boto3.resource("iam")
client = iam.meta.client
sts = boto3.client("sts")

ann = iam.create_user(UserName="ann", Tags=[{"Key": "team", "Value": "a"}])
iam.create_user(UserName="bob")
client.get_waiter("user_exists").wait(UserName="ann")
users = sorted(user.name for user in iam.users.page_size(1))

group = iam.create_group(GroupName="readers")
group.add_user(UserName="ann")
listing = iam.create_policy(PolicyName="list", PolicyDocument=policy("kms:ListKeys"))
group.attach_policy(PolicyArn=listing.arn)

trusted = {"Effect": "Allow", "Principal": {"AWS": sts.get_caller_identity()["Arn"]}, "Action": "sts:AssumeRole"}
trust = {"Version": "2012-10-17", "Statement": [trusted]}
role = iam.create_role(RoleName="crypto", AssumeRolePolicyDocument=json.dumps(trust))
client.get_waiter("role_exists").wait(RoleName="crypto")
role.Policy("use").put(PolicyDocument=policy(["kms:ListKeys", "kms:CreateKey"]))
role.reload()
assert role.assume_role_policy_document == trust
assert iam.RolePolicy("crypto", "use").policy_document == json.loads(policy(["kms:ListKeys", "kms:CreateKey"]))

answer = sts.assume_role(RoleArn=role.arn, RoleSessionName="job", DurationSeconds=900)
credentials = answer["Credentials"]
session = boto3.Session(
    aws_access_key_id=credentials["AccessKeyId"],
    aws_secret_access_key=credentials["SecretAccessKey"],
    aws_session_token=credentials["SessionToken"],
)
kms = session.client("kms")
kms.create_key()
keys_seen = len(kms.list_keys()["Keys"])

answers = {
    "users": users,
    "groups": [own.name for own in ann.groups.all()],
    "attached": [attached.policy_name for attached in group.attached_policies.all()],
    "trust": role.assume_role_policy_document["Statement"][0]["Effect"],
    "assumed": session.client("sts").get_caller_identity()["Arn"],
    "keysSeen": keys_seen,
    "denied": code_of(lambda: kms.list_aliases()),
    "missing": code_of(lambda: iam.User("nobody").load()),
    "again": code_of(lambda: iam.create_user(UserName="ANN")),
    "inUse": code_of(lambda: listing.delete()),
    "malformed": code_of(lambda: iam.create_policy(PolicyName="bad", PolicyDocument="{}")),
}
group.remove_user(UserName="ann")
ann.delete()
answers["after"] = sorted(user.name for user in iam.users.all())
print(json.dumps(answers))
