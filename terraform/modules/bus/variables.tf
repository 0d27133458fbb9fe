variable "name" {
  description = "The name of the bus and of its archive."
  type        = string

  validation {
    condition     = length(var.name) <= 48
    error_message = "The bus ${var.name} needs a name of at most 48 characters: a limit of its archive."
  }
}

variable "partition" {
  description = "aws, aws-cn or aws-us-gov."
  type        = string
}

variable "archive_retention_days" {
  description = "How long the archive keeps events, in days; 0: for ever."
  type        = number
}

variable "subscriber_accounts" {
  description = "Accounts that may make rules of their own."
  type        = list(string)
}

variable "subscriber_organization" {
  description = "The organization whose accounts may make rules of their own."
  type        = string
}
