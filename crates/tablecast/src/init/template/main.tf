# The deployment of these events to AWS. First run `tablecast package`, which writes the functions' packages.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }

  # Keep the state where your team and your CI find it, for example:
  # backend "s3" {
  #   bucket       = "..."
  #   key          = "@name@.tfstate"
  #   region       = "..."
  #   use_lockfile = true
  # }
}

# The region comes from AWS_REGION unless you set it here.
provider "aws" {
  default_tags {
    tags = { Application = "@name@" }
  }
}

module "tablecast" {
  # The folder terraform/ of the unpacked tablecast archive. .tools/ is not in Git, so each machine and the CI workflow
  # unpack the archive there. To use another copy, change this line only.
  source = "@module@"

  name = "@name@"

  # The pipe files, and what `tablecast package` wrote for them.
  definitions = "${path.module}/../pipes"
  packages    = "${path.module}/../target/lambda/x86_64"
@existing@
  # The issuer of your clients' tokens. Until you set yours, no client can connect. You find both addresses in
  # <issuer>/.well-known/openid-configuration.
  tokens = {
    issuer   = "https://login.example.com/"
    audience = "@name@"
    jwks_url = "https://login.example.com/.well-known/jwks.json"
    # The web pages that may connect. "-" stands for programs, which have no origin.
    origins = ["-"]
  }
}

output "socket_url" {
  description = "The address for clients."
  value       = module.tablecast.socket_url
}

output "bus" {
  description = "The EventBridge bus, for the rules of other teams."
  value       = module.tablecast.bus
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
