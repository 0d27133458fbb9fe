# A deployment into what a company has already: a table with its own key, a bus, a log group and a dead-letter queue. They are
# in this file so that the example is complete. Usually they belong to other modules or other states.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  default_tags {
    tags = { Team = "orders" }
  }
}

variable "issuer" {
  description = "The issuer of your clients' tokens. Its keys are in <issuer>/.well-known/openid-configuration as jwks_uri."
  type        = object({ url = string, jwks_url = string })
}

variable "packages" {
  description = "The folder of the function packages, which `tablecast package` writes."
  type        = string
  default     = "../../../target/lambda/x86_64"
}

variable "permissions_boundary" {
  description = "The ARN of the permissions boundary that your company requires for roles."
  type        = string
  default     = null
}

# The keys of existing_tables are names from the pipe files, so Terraform knows them before it creates the table.
module "tablecast" {
  source = "../.."

  name         = "acme"
  table_prefix = "acme-"
  definitions  = "${path.module}/../../../pipes"
  packages     = var.packages

  existing_tables = {
    orders = { stream_arn = aws_dynamodb_table.orders.stream_arn, kms_key_arn = aws_kms_key.orders.arn }
  }
  existing_dead_letters = {
    orders = { arn = aws_sqs_queue.letters.arn }
  }
  existing_log_groups = {
    functions = { dispatch = aws_cloudwatch_log_group.dispatch.name }
  }
  existing_bus = { arn = aws_cloudwatch_event_bus.company.arn }
  archive      = false

  iam_path             = "/teams/orders/"
  permissions_boundary = var.permissions_boundary

  tokens = {
    issuer   = var.issuer.url
    audience = "acme"
    jwks_url = var.issuer.jwks_url
  }
}

output "socket_url" {
  description = "The address for clients."
  value       = module.tablecast.socket_url
}

# The DNS record of a domain of your own needs this output. It is null without `domain`.
output "domain_target" {
  description = "The target of a DNS alias record for the domain."
  value       = module.tablecast.domain_target
}

# The commands of tablecast's runbook read these outputs.
output "tables" {
  description = "The names of the tables: tablecast's own, and the table of each pipe file."
  value       = module.tablecast.tables
}

output "pipes" {
  description = "The EventBridge name and the dead-letter queue of each pipe."
  value       = module.tablecast.pipes
}

output "functions" {
  description = "The name and the log group of each function."
  value       = module.tablecast.functions
}

output "versions" {
  description = "The newest version of each function, and the one that serves."
  value       = module.tablecast.versions
}
