terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "endpoint" {
  type = string
}

variable "team" {
  type    = string
  default = "files"
}
provider "aws" {
  region = "us-east-1"
  endpoints {
    iam = var.endpoint
    sts = var.endpoint
    kms = var.endpoint
  }
  max_retries = 1
}
provider "aws" {
  alias  = "other"
  region = "eu-west-1"
  endpoints {
    iam = var.endpoint
    sts = var.endpoint
    kms = var.endpoint
  }
  max_retries = 1
}
data "aws_caller_identity" "me" {}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["kms:*", "sts:*"], Resource = "*" }] })
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [aws_iam_user.app.arn]
    }
  }
}
resource "aws_iam_user" "app" {
  name                 = "app"
  path                 = "/apps/"
  force_destroy        = true
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = var.team }
}
resource "aws_iam_access_key" "app" { user = aws_iam_user.app.name }
resource "aws_iam_group" "apps" { name = "apps" }
resource "aws_iam_user_group_membership" "m" {
  user   = aws_iam_user.app.name
  groups = [aws_iam_group.apps.name]
}
resource "aws_iam_role" "crypto" {
  name                  = "crypto"
  assume_role_policy    = data.aws_iam_policy_document.trust.json
  max_session_duration  = 7200
  force_detach_policies = true
  tags                  = { team = var.team }
}
resource "aws_iam_policy" "use" {
  name   = "use-keys"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = var.team == "files" ? ["kms:Encrypt", "kms:Decrypt"] : ["kms:Decrypt"], Resource = aws_kms_key.files.arn }] })
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.crypto.name
  policy_arn = aws_iam_policy.use.arn
}
resource "aws_iam_user_policy_attachment" "a" {
  user       = aws_iam_user.app.name
  policy_arn = aws_iam_policy.use.arn
}
resource "aws_iam_group_policy" "inline" {
  name   = "inline"
  group  = aws_iam_group.apps.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*" }] })
}
resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.crypto.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:ListKeys", Resource = "*" }] })
}
resource "aws_iam_openid_connect_provider" "k8s" {
  url             = "https://oidc.example.com/cluster"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}
resource "aws_kms_key" "files" {
  description             = "files"
  deletion_window_in_days = 7
  enable_key_rotation     = true
  rotation_period_in_days = var.team == "files" ? 180 : 365
  tags                    = { team = var.team }
}
resource "aws_kms_alias" "files" {
  name          = "alias/files"
  target_key_id = aws_kms_key.files.key_id
}
resource "aws_kms_grant" "g" {
  name              = "g"
  key_id            = aws_kms_key.files.key_id
  grantee_principal = aws_iam_role.crypto.arn
  operations        = ["Encrypt", "Decrypt"]
}
resource "aws_kms_external_key" "primary" {
  description             = "material of our own"
  deletion_window_in_days = 7
  multi_region            = true
  enabled                 = true
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
}
resource "aws_kms_replica_external_key" "replica" {
  provider                = aws.other
  description             = "the same elsewhere"
  deletion_window_in_days = 7
  enabled                 = true
  primary_key_arn         = aws_kms_external_key.primary.arn
  key_material_base64     = "Wblj06fduthWggmsT0cLVoIMOkeLbc2kVfMud77i/JY="
  # Imported again, with an end.
  valid_to = var.team == "files" ? null : timeadd(plantimestamp(), "240h")
}
