# Two environments in one account and region, with the same packages and pipe files. Each has its own names, tables, bus and
# alarms. They can differ in sizes, protection and who is notified.

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
    tags = { Team = "events" }
  }
}

variable "environments" {
  description = "The environments: the audience of their tokens, whether their data is protected, and who is notified by alarms."
  type = map(object({
    audience      = string
    protected     = optional(bool, true)
    alarm_actions = optional(list(string), [])
    release       = optional(object({ versions = optional(map(string), {}), canary = optional(number, 0) }), {})
  }))
  default = {
    staging    = { audience = "acme-staging", protected = false }
    production = { audience = "acme" }
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
  source   = "../.."
  for_each = var.environments

  # The table `orders` of a pipe file is staging-orders here, and production-orders there.
  name         = "acme-${each.key}"
  table_prefix = "${each.key}-"
  tags         = { Environment = each.key }

  definitions = "${path.module}/../../../pipes"
  packages    = var.packages
  release     = each.value.release

  tokens = {
    issuer   = var.issuer.url
    audience = each.value.audience
    jwks_url = var.issuer.jwks_url
  }

  deletion_protection    = each.value.protected
  point_in_time_recovery = each.value.protected
  alarm_actions          = each.value.alarm_actions
}

output "socket_urls" {
  description = "The address for clients of each environment."
  value       = { for name, deployment in module.tablecast : name => deployment.socket_url }
}

# The DNS records of domains of your own need this output. A value is null without `domain`.
output "domain_targets" {
  description = "The target of a DNS alias record for the domain of each environment."
  value       = { for name, deployment in module.tablecast : name => deployment.domain_target }
}

# The commands of tablecast's runbook read these outputs. Each has the environment as its first key.
output "tables" {
  description = "The names of the tables of each environment: tablecast's own, and the table of each pipe file."
  value       = { for name, deployment in module.tablecast : name => deployment.tables }
}

output "pipes" {
  description = "The EventBridge name and the dead-letter queue of each pipe, by environment."
  value       = { for name, deployment in module.tablecast : name => deployment.pipes }
}

output "functions" {
  description = "The name and the log group of each function, by environment."
  value       = { for name, deployment in module.tablecast : name => deployment.functions }
}

output "versions" {
  description = "The newest version of each function, and the one that serves, by environment."
  value       = { for name, deployment in module.tablecast : name => deployment.versions }
}
