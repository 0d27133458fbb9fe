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

variable "access_logs" {
  description = "Access logs of the WebSocket API. They need a logging role for API Gateway, which exists once for each account and region. \"on\" uses the existing role. \"on-with-role\" creates a role for all APIs of the region and replaces an existing one. destroy removes it again, with the AWS CLI, which must use the account and the credentials of Terraform."
  type        = string
  default     = "off"

  validation {
    condition     = contains(["off", "on", "on-with-role"], var.access_logs)
    error_message = "access_logs: unknown value \"${var.access_logs}\". Use \"off\", \"on\" or \"on-with-role\"."
  }
}

variable "tracing" {
  description = "Traces the functions with X-Ray."
  type        = bool
  default     = false
}

variable "existing_log_groups" {
  description = "The names of log groups that exist already, with a retention and a key of their own: by function, by table of a pipe file, and for access logs. Share the group of authorize with no other function or deployment, because an alarm counts its lines."
  type = object({
    functions = optional(map(string), {})
    pipes     = optional(map(string), {})
    access    = optional(string)
  })
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_log_groups.functions), keys(local.default_sizes))) == 0
    error_message = "existing_log_groups: functions has an unknown function. Use the functions of the variable functions."
  }

  validation {
    condition     = alltrue([for function, group in var.existing_log_groups.functions : function == "authorize" || group != try(var.existing_log_groups.functions["authorize"], null)])
    error_message = "existing_log_groups: another function has the group of authorize, and its errors would start the alarm authorize-errors. Give authorize a group of its own."
  }

  validation {
    condition     = length(setsubtract(keys(var.existing_log_groups.pipes), keys(local.tables))) == 0
    error_message = "existing_log_groups: pipes has a table that no pipe file has. Use the names in the key table of the pipe files."
  }
}
