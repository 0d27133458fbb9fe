variable "name" {
  description = "Begins every name that is made here. Roles are global: in a second region of the same account it must differ."
  type        = string
  default     = "tablecast"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,29}$", var.name))
    error_message = "name is 1 to 30 small letters, digits and hyphens, a letter first: it is part of names that AWS limits to 48 and 64."
  }
}

variable "tags" {
  description = "Tags of every resource, beside Application = name."
  type        = map(string)
  default     = {}
}

variable "definitions" {
  description = "The folder of the pipe files, one a pipe: terraform/../pipes unless given. The packages carry the same files."
  type        = string
  default     = null
}

variable "existing_tables" {
  description = "Tables that are there already: a pipe file's `table` and the ARN of that table's stream (NEW_AND_OLD_IMAGES)."
  type        = map(string)
  default     = {}
}

variable "packages" {
  description = "The folder of the functions' zips: terraform/../target/lambda/<architecture> unless given."
  type        = string
  default     = null
}

variable "architecture" {
  description = "What the packages were built for: x86_64, or arm64, which costs a fifth less to run."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture is x86_64 or arm64."
  }
}

variable "functions" {
  description = "Other sizes than those in functions.tf: memory in MB, timeout in seconds, reserved concurrency (-1: none reserved)."
  type = map(object({
    memory               = optional(number)
    timeout              = optional(number)
    reserved_concurrency = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.functions), keys(local.default_sizes))) == 0
    error_message = "functions: there are ${join(", ", keys(local.default_sizes))}, and not ${join(", ", setsubtract(keys(var.functions), keys(local.default_sizes)))}."
  }

  validation {
    condition = sum([
      for name in ["enrich", "dispatch"] : coalesce(try(var.functions[name].timeout, null), local.default_sizes[name].timeout)
    ]) < 300
    error_message = "functions: the timeouts of enrich and dispatch together stay below 300 s, the longest that EventBridge Pipes lets an execution take."
  }
}

variable "management_endpoint" {
  description = "For emulators: the address under which WebSocket APIs are found as /<API's id>/<stage>. On AWS the API has its own."
  type        = string
  default     = null
}

variable "throttle" {
  description = "What one route of the socket takes: messages a second, and at once. The account's limit for all its APIs is 10,000 and 5,000."
  type = object({
    rate  = optional(number, 500)
    burst = optional(number, 500)
  })
  default = {}

  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "throttle: rate and burst are above 0; with 0 API Gateway answers 429 to everything."
  }
}

variable "access_logs" {
  description = "The socket's access logs: \"off\"; \"on\", where the account has a logging role for API Gateway; \"on-with-role\" makes that role."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "on", "on-with-role"], var.access_logs)
    error_message = "access_logs is off, on or on-with-role: see terraform/README.md."
  }
}

variable "log_level" {
  description = "The least serious lines that the functions log."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level is TRACE, DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "How long logs are kept, in days: one of the values that CloudWatch Logs has."
  type        = number
  default     = 30
}

variable "tracing" {
  description = "Whether X-Ray traces the functions."
  type        = bool
  default     = false
}

variable "archive_retention_days" {
  description = "How long the bus's archive keeps events, for replays, in days; 0: for ever."
  type        = number
  default     = 14

  validation {
    condition     = var.archive_retention_days >= 0 && floor(var.archive_retention_days) == var.archive_retention_days
    error_message = "archive_retention_days is a whole number of days, 0 for ever."
  }
}

variable "schema_registry" {
  description = "Whether EventBridge's schema registry tells what is on the bus, to everybody in the account who may read it."
  type        = bool
  default     = true
}

variable "subscriber_accounts" {
  description = "Accounts that may make rules of their own on the bus."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.subscriber_accounts : can(regex("^[0-9]{12}$", account))])
    error_message = "subscriber_accounts are account numbers of 12 digits, as text."
  }
}

variable "subscriber_organization" {
  description = "The organization (o-...) whose accounts may make rules of their own on the bus."
  type        = string
  default     = null

  validation {
    condition     = var.subscriber_organization == null || can(regex("^o-[a-z0-9]{10,32}$", var.subscriber_organization))
    error_message = "subscriber_organization is an organization's id, such as o-a1b2c3d4e5."
  }
}

variable "kms_key_arn" {
  description = "A key of your own for tables, dead letters, logs and the functions' environment; AWS's own keys unless given."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the pipes' tables, the log and the rejected records refuse to be deleted. Turn it off, apply, then destroy."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Whether the pipes' tables and the rejected records can be restored to any second of the last 35 days."
  type        = bool
  default     = true
}

variable "alarm_actions" {
  description = "ARNs that alarms tell, such as an SNS topic's, when they begin and when they end."
  type        = list(string)
  default     = []
}

variable "lag_alarm_seconds" {
  description = "How late events may be before the alarm."
  type        = number
  default     = 60

  validation {
    condition     = var.lag_alarm_seconds > 0
    error_message = "lag_alarm_seconds is above 0."
  }
}
