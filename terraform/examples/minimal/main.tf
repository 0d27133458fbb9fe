# The smallest deployment that clients can connect to.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

# The region and the credentials come from the environment, as for the AWS CLI.
provider "aws" {
  default_tags {
    tags = { Team = "events" }
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

module "tablecast" {
  source = "../.."

  name        = "acme"
  definitions = "${path.module}/../../../pipes"
  packages    = var.packages

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
