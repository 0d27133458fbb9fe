variable "name" {
  description = "The name of the EventBridge pipe."
  type        = string

  validation {
    condition     = length(var.name) <= 59
    error_message = "pipe ${var.name}: the name is too long. Use at most 59 characters; its role adds -pipe, and AWS allows 64."
  }
}

variable "stream_arn" {
  description = "The ARN of the table's DynamoDB stream."
  type        = string
}

variable "stream" {
  description = "The stream settings of the pipe file, with window and max_age in seconds. Without retries, only max_age ends the retries."
  type = object({
    start    = string
    batch    = number
    window   = number
    retries  = number
    max_age  = number
    parallel = number
    bisect   = bool
  })

  # EventBridge Pipes also accepts 0 (no retry), which the provider does not send when it creates a pipe.
  validation {
    condition     = coalesce(var.stream.retries, 1) >= 1 && var.stream.max_age >= 60 && var.stream.max_age <= 23 * 3600
    error_message = "pipe ${var.name}: stream.retries or stream.max_age is out of range. Use at least 1 retry or null, and a max_age of 60 to 82800 seconds; the stream keeps the records of a dead letter for 24 hours."
  }
}

variable "filters" {
  description = "EventBridge patterns as JSON. The pipe skips records that match none of them; an empty list passes all records."
  type        = list(string)
}

variable "enrichment_arn" {
  description = "The ARN of the enrich function."
  type        = string
}

variable "target_arn" {
  description = "The ARN of the dispatch function."
  type        = string
}

variable "access_delay" {
  description = "The seconds between a new policy or stream and the pipe that uses them."
  type        = number
}

variable "aws" {
  description = "The partition, its domain, the region and the account of the pipe, for ARNs and addresses."
  type        = object({ partition = string, dns_suffix = optional(string, "amazonaws.com"), region = string, account = string })
}

variable "log_retention_days" {
  description = "Retention of the pipe's own log in days."
  type        = number
}

variable "kms_key_arn" {
  description = "The KMS key of the table, the dead-letter queue and the log. null uses AWS managed keys."
  type        = string
}

variable "table_kms_key_arn" {
  description = "The KMS key of the table, if it is another one."
  type        = string
  default     = null
}

variable "existing_dead_letters" {
  description = "A dead-letter queue that exists already, and its KMS key. null creates one."
  type        = object({ arn = string, kms_key_arn = optional(string) })
  default     = null
}

variable "existing_log_group" {
  description = "The name of a log group that exists already. null creates one."
  type        = string
  default     = null
}

variable "iam" {
  description = "The path and the permissions boundary of the role."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
}

variable "tags" {
  description = "The tags of the pipe and its resources."
  type        = map(string)
  default     = {}
}
