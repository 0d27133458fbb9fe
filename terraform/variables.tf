variable "name" {
  description = "Prefix of all AWS names in this deployment. IAM roles are global, so each deployment in an account needs its own name, also in another region."
  type        = string
  default     = "tablecast"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,29}$", var.name))
    error_message = "name: \"${var.name}\" is not a valid prefix. Use 1 to 30 lowercase letters, digits and hyphens, starting with a letter; AWS limits the names that contain it to 48 or 64 characters."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to Application = name."
  type        = map(string)
  default     = {}
}

variable "definitions" {
  description = "The folder of the pipe files, one file for each pipe. The default is pipes/ beside terraform/. Build the packages from the same folder."
  type        = string
  default     = null
}

variable "existing_tables" {
  description = "Tables that exist already: maps a pipe file's `table` to the ARN of that table's stream. The stream must have the view type NEW_AND_OLD_IMAGES."
  type        = map(string)
  default     = {}
}

variable "packages" {
  description = "The folder of the function packages (zip files). The default is target/lambda/<architecture> beside terraform/."
  type        = string
  default     = null
}

variable "architecture" {
  description = "The processor architecture of the packages. arm64 costs 20 % less to run."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: unknown value \"${var.architecture}\". Use \"x86_64\" or \"arm64\"."
  }
}

variable "functions" {
  description = "Overrides the sizes in functions.tf, by function: memory in MB, timeout in seconds, and reserved concurrency (-1 reserves nothing)."
  type = map(object({
    memory               = optional(number)
    timeout              = optional(number)
    reserved_concurrency = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.functions), keys(local.default_sizes))) == 0
    error_message = "functions: unknown function ${join(", ", setsubtract(keys(var.functions), keys(local.default_sizes)))}. Use authorize, connect, disconnect, dispatch, enrich or subscribe."
  }

  validation {
    condition = sum([
      for name in ["enrich", "dispatch"] : coalesce(try(var.functions[name].timeout, null), local.default_sizes[name].timeout)
    ]) < 300
    error_message = "functions: the sum of two timeouts is too long. Keep the timeouts of enrich and dispatch together below 300 seconds, the limit of EventBridge Pipes for one execution."
  }
}

variable "management_endpoint" {
  description = "For emulators only: the address that serves WebSocket APIs as /<API id>/<stage>. On AWS each API has its own address."
  type        = string
  default     = null
}

variable "throttle" {
  description = "The limit of each WebSocket route, in messages a second (rate) and at once (burst). The account limit for all APIs together is 10,000 and 5,000."
  type = object({
    rate  = optional(number, 500)
    burst = optional(number, 500)
  })
  default = {}

  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "throttle: API Gateway rejects all messages when rate or burst is 0. Use values above 0."
  }
}

variable "access_logs" {
  description = "Access logs of the WebSocket API. They need a logging role for API Gateway, which exists once for each account and region. \"on\" uses the existing role. \"on-with-role\" creates a role for all APIs of the region and replaces an existing one. destroy removes it again, with the AWS CLI, which must use the account and the credentials of Terraform."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "on", "on-with-role"], var.access_logs)
    error_message = "access_logs: unknown value \"${var.access_logs}\". Use \"off\", \"on\" or \"on-with-role\"."
  }
}

variable "log_level" {
  description = "The lowest level that the functions log. Metrics and alarms do not depend on it."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "log_level: unknown level \"${var.log_level}\". Use TRACE, DEBUG, INFO, WARN or ERROR."
  }
}

variable "log_retention_days" {
  description = "Retention of the CloudWatch logs in days. CloudWatch allows certain values only, such as 7, 30, 90 and 365."
  type        = number
  default     = 30
}

variable "tracing" {
  description = "Traces the functions with X-Ray."
  type        = bool
  default     = false
}

variable "max_event_bytes" {
  description = "The size of an event that EventBridge accepts, in bytes. 1 MB since January 2026. Set 262144 in a region or partition that still has the old limit. A record with a larger event is rejected."
  type        = number
  default     = 1048576

  validation {
    condition     = var.max_event_bytes >= 2048 && var.max_event_bytes <= 1048576 && floor(var.max_event_bytes) == var.max_event_bytes
    error_message = "max_event_bytes: ${var.max_event_bytes} is not a size that EventBridge can have. Use a whole number from 2048 to 1048576."
  }
}

variable "archive_retention_days" {
  description = "Retention of the bus archive in days. EventBridge replays events from it. 0 keeps events forever."
  type        = number
  default     = 14

  validation {
    condition     = var.archive_retention_days >= 0 && floor(var.archive_retention_days) == var.archive_retention_days
    error_message = "archive_retention_days: ${var.archive_retention_days} is not a number of days. Use a whole number of days, or 0."
  }
}

variable "schema_registry" {
  description = "Registers the event schemas in the EventBridge schema registry, where users of the account can read them."
  type        = bool
  default     = true
}

variable "subscriber_accounts" {
  description = "AWS accounts that may create their own rules on the bus. They cannot publish events."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.subscriber_accounts : can(regex("^[0-9]{12}$", account))])
    error_message = "subscriber_accounts: the list contains an invalid account id. Use account ids of 12 digits, in quotes."
  }
}

variable "subscriber_organization" {
  description = "The AWS organization (o-...) whose accounts may create their own rules on the bus. They cannot publish events."
  type        = string
  default     = null

  validation {
    condition     = var.subscriber_organization == null || can(regex("^o-[a-z0-9]{10,32}$", var.subscriber_organization))
    error_message = "subscriber_organization: \"${coalesce(var.subscriber_organization, "null")}\" is not an organization id. Use an id such as o-a1b2c3d4e5."
  }
}

variable "kms_key_arn" {
  description = "A KMS key for the tables, the dead-letter queues, the logs and the functions' environment. Its key policy must allow logs.<region>.amazonaws.com to use it. The default is AWS managed keys."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Protects the pipes' tables, the log table and the rejected records table from deletion. To destroy them, set this to false and apply first."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Lets you restore the pipes' tables and the rejected records table to any second of the last 35 days."
  type        = bool
  default     = true
}

variable "alarm_actions" {
  description = "ARNs, such as SNS topics, that CloudWatch notifies when an alarm starts and ends. The default notifies no one."
  type        = list(string)
  default     = []
}

variable "access_delay_seconds" {
  description = "The wait, in seconds, between a new policy or stream and the pipe that uses them, because AWS needs time to publish both. Raise it if an apply fails with \"Cannot access stream\". Emulators need 0."
  type        = number
  default     = 120

  validation {
    condition     = var.access_delay_seconds >= 0 && var.access_delay_seconds <= 900
    error_message = "access_delay_seconds: ${var.access_delay_seconds} is out of range. Use 0 to 900."
  }
}

variable "lag_alarm_seconds" {
  description = "The delay, in seconds from change to dispatch, above which the lag alarm starts."
  type        = number
  default     = 60

  validation {
    condition     = var.lag_alarm_seconds > 0
    error_message = "lag_alarm_seconds: ${var.lag_alarm_seconds} is not a delay. Use a number above 0."
  }
}
