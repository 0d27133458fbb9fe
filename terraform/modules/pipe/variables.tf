variable "name" {
  description = "The pipe's name on AWS."
  type        = string

  validation {
    condition     = length(var.name) <= 59
    error_message = "The pipe ${var.name} needs a name of at most 59 characters: its role's, with -pipe, has AWS's limit of 64."
  }
}

variable "stream_arn" {
  description = "The ARN of the table's stream."
  type        = string
}

variable "stream" {
  description = "How the stream is read; window and max_age in seconds."
  type = object({
    start    = string
    batch    = number
    window   = number
    retries  = number
    max_age  = number
    parallel = number
    bisect   = bool
  })

  # Pipes itself allows 0 and -1 here: no second attempt, and attempts without end.
  validation {
    condition     = var.stream.retries >= 1 && var.stream.max_age >= 60 && var.stream.max_age <= 23 * 3600
    error_message = "The pipe ${var.name} needs 1 retry or more and a max_age of 60 to 82800 seconds: a dead letter can be read from the stream for 24 hours."
  }
}

variable "filters" {
  description = "EventBridge patterns as JSON; a record that matches none is skipped. No pattern: none is."
  type        = list(string)
}

variable "enrichment_arn" {
  description = "The function that makes events of records."
  type        = string
}

variable "target_arn" {
  description = "The function that delivers them."
  type        = string
}

variable "place" {
  description = "Where the pipe is: what ARNs begin with."
  type        = object({ partition = string, region = string, account = string })
}

variable "log_retention_days" {
  description = "How long the pipe's own log of failures is kept."
  type        = number
}

variable "kms_key_arn" {
  description = "The key of the table, the dead letters and the logs; AWS's own unless given."
  type        = string
}
