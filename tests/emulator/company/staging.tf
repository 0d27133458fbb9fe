# A second environment in the same account, with the same packages.

variable "management_endpoint" {
  description = "The address of the WebSocket APIs of the emulator."
  type        = string
}

variable "canary" {
  description = "The release of the functions of the second environment."
  type        = any
  default     = {}
}

variable "log_level" {
  description = "The log level of the second environment."
  type        = string
  default     = "INFO"
}

module "staging" {
  source = "../.tools/tablecast/terraform"

  name         = "staging"
  table_prefix = "staging-"
  definitions  = "${path.module}/../pipes"
  packages     = "${path.module}/../target/lambda/x86_64"
  release      = var.canary
  log_level    = var.log_level

  tokens               = jsondecode(file("${path.module}/issuer.json")).tokens
  management_endpoint  = var.management_endpoint
  deletion_protection  = false
  schema_registry      = false
  access_delay_seconds = 0
  access_logs          = "off"
}

output "staging_socket_url" {
  description = "The address for clients of the second environment."
  value       = module.staging.socket_url
}
