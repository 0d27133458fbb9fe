variable "name" {
  description = "The function's name, and its role's."
  type        = string
}

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
}

variable "package" {
  description = "The zip."
  type        = string

  validation {
    condition     = fileexists(var.package)
    error_message = "There is no package ${var.package}: build it with `cargo run -- package --arch ${var.architecture}`, or say in `packages` where it is."
  }
}

variable "architecture" {
  description = "x86_64 or arm64."
  type        = string
}

variable "memory" {
  description = "MB; the share of a processor grows with it, up to one at 1,769."
  type        = number

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "${var.name}: memory is 128 to 10240 MB."
  }
}

variable "timeout" {
  description = "Seconds."
  type        = number

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "${var.name}: timeout is 1 to 900 seconds."
  }
}

variable "reserved_concurrency" {
  description = "Executions at once that are reserved for it, and are its limit; -1: none."
  type        = number
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)

  # Lambda measures them as JSON.
  validation {
    condition     = length(jsonencode(var.environment)) <= 4096
    error_message = "${var.name}: the environment takes ${length(jsonencode(var.environment))} bytes, and Lambda has 4096: a long key set is better fetched, by jwks_url."
  }
}

variable "permissions" {
  description = "What the function may do beyond logging: actions on resources."
  type = list(object({
    actions  = list(string)
    resource = string
  }))
}

variable "account" {
  description = "The account that the function is in."
  type        = string
}

variable "log_level" {
  description = "The least serious lines that it logs."
  type        = string
}

variable "log_retention_days" {
  description = "How long its logs are kept."
  type        = number
}

variable "tracing" {
  description = "Whether X-Ray traces it."
  type        = bool
}

variable "kms_key_arn" {
  description = "The key that encrypts its environment, its logs and its tables; AWS's own unless given."
  type        = string
}
