variable "name" {
  description = "The name of the function and of its role."
  type        = string
}

variable "description" {
  description = "The purpose of the function, in one sentence."
  type        = string
}

variable "package" {
  description = "The path of the package (zip file)."
  type        = string

  validation {
    condition     = fileexists(var.package)
    error_message = "package: ${var.package} does not exist. Run `tablecast package --arch ${var.architecture}`, or set `packages` to the folder of the packages."
  }
}

variable "architecture" {
  description = "The processor architecture: x86_64 or arm64."
  type        = string
}

variable "memory" {
  description = "Memory in MB. Lambda assigns CPU time in proportion; 1,769 MB is one full CPU."
  type        = number

  validation {
    condition     = var.memory >= 128 && var.memory <= 10240
    error_message = "${var.name}: memory is ${var.memory} MB. Use 128 to 10240."
  }
}

variable "timeout" {
  description = "The time limit of one invocation, in seconds."
  type        = number

  validation {
    condition     = var.timeout >= 1 && var.timeout <= 900
    error_message = "${var.name}: timeout is ${var.timeout} seconds. Use 1 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Reserved concurrent executions, which are also the limit. -1 reserves none."
  type        = number
}

variable "environment" {
  description = "The environment variables."
  type        = map(string)

  # Lambda measures the JSON text, to which LOG_LEVEL belongs.
  validation {
    condition     = length(jsonencode(merge(var.environment, { LOG_LEVEL = var.log_level }))) <= 4096
    error_message = "${var.name}: the environment has ${length(jsonencode(merge(var.environment, { LOG_LEVEL = var.log_level })))} bytes, and Lambda allows 4096. If tokens.jwks is long, use tokens.jwks_url."
  }
}

variable "permissions" {
  description = "IAM permissions in addition to logging. A condition is JSON."
  type = list(object({
    actions   = list(string)
    resources = list(string)
    condition = optional(string)
  }))
}

variable "decrypt_key_arns" {
  description = "The KMS keys of tables that the function reads, beside `kms_key_arn`."
  type        = list(string)
  default     = []
}

variable "aws" {
  description = "The partition, region and account of the function, for ARNs."
  type        = object({ partition = string, region = string, account = string })
}

variable "iam" {
  description = "The path and the permissions boundary of the role."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
}

variable "tags" {
  description = "The tags of the function and its resources."
  type        = map(string)
  default     = {}
}

variable "stable" {
  description = "The published version that serves. null follows the newest."
  type        = string
  default     = null
}

variable "canary" {
  description = "The share of the invocations that the newest version gets beside `stable`, from 0 to 1."
  type        = number
  default     = 0
}

variable "async" {
  description = "For a function that others invoke without waiting: retries (0 to 2), the age in seconds after which Lambda gives an invocation up, whether it invokes itself, and a schedule with its rate and payload (JSON)."
  type = object({
    retries   = optional(number, 2)
    max_age   = optional(number, 3600)
    recursive = optional(bool, false)
    schedule  = optional(object({ rate = string, payload = string }))
  })
  default = null
}

variable "code_signing_config_arn" {
  description = "The code signing configuration that the package must satisfy."
  type        = string
  default     = null
}

variable "existing_log_group" {
  description = "The name of a log group that exists already. null creates one."
  type        = string
  default     = null
}

variable "log_level" {
  description = "The lowest level that the function logs. Metrics do not depend on it."
  type        = string
}

variable "log_retention_days" {
  description = "Retention of the logs in days."
  type        = number
}

variable "tracing" {
  description = "Traces the function with X-Ray."
  type        = bool
}

variable "kms_key_arn" {
  description = "The KMS key of the environment, the logs and the tables. null uses AWS managed keys."
  type        = string
}
