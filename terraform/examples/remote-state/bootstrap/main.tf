# The bucket of the state, and the roles of CI. An administrator applies this once, with a local state.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {}

variable "repository" {
  description = "The GitHub repository whose workflows may use the roles: owner/name."
  type        = string
}

variable "environment" {
  description = "The GitHub environment of the job that applies. Its protection rules decide who may deploy."
  type        = string
  default     = "production"
}

variable "oidc_provider_arn" {
  description = "The identity provider for GitHub of this account, if it exists already. An account can have only one."
  type        = string
  default     = null
}

variable "name" {
  description = "The name of the deployment, with which all AWS names and the path of its roles begin."
  type        = string
  default     = "acme"
}

variable "existing_arns" {
  description = "The ARNs of what the deployment uses under other names: the tables of existing_tables, the bus of existing_bus, the queues of existing_dead_letters and the log groups of existing_log_groups."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.existing_arns : can(regex("^arn:[^:]+:(dynamodb|events|sqs|logs):[^:]+:[0-9]{12}:[^*]+[^*:]$", arn)) && !strcontains(arn, "/stream/")])
    error_message = "existing_arns: a value is not the ARN of a table, a bus, a queue or a log group. Use complete ARNs without an asterisk, of a table and not of its stream."
  }
}

variable "kms_key_arns" {
  description = "The ARNs of the keys in kms_key_arn, bus_kms_key, existing_tables and existing_dead_letters. The key policies must let the policies of the account decide."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.kms_key_arns : can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/[^*]+$", arn))])
    error_message = "kms_key_arns: a value is not the ARN of a key. Use an ARN such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab."
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:S3 access logs need a second bucket; CloudTrail data events are an alternative
  #checkov:skip=CKV_AWS_144:the state can be imported again from the account, so it needs no second region
  #checkov:skip=CKV2_AWS_62:nothing reacts to changes of the state
  #checkov:skip=CKV2_AWS_61:all versions stay, as the history of the deployment
  #checkov:skip=CKV_AWS_145:S3 encrypts with its own key; the state has no secrets
  bucket = "${var.name}-terraform-state-${data.aws_caller_identity.current.account_id}"
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

output "bucket" {
  description = "The bucket of the state."
  value       = aws_s3_bucket.state.bucket
}

output "roles" {
  description = "The roles of CI: plan for pull requests, apply for the environment."
  value       = { for name, role in aws_iam_role.ci : name => role.arn }
}

output "permissions_boundary" {
  description = "The permissions boundary of the roles that the deployment creates."
  value       = aws_iam_policy.boundary.arn
}
