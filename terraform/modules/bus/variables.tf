variable "name" {
  description = "The name of the bus and of its archive."
  type        = string

  validation {
    condition     = length(var.name) <= 48
    error_message = "bus ${var.name}: the name is too long for an archive. Use at most 48 characters."
  }
}

variable "partition" {
  description = "The AWS partition: aws, aws-cn or aws-us-gov."
  type        = string
}

variable "archive_retention_days" {
  description = "Retention of the archive in days. 0 keeps events forever."
  type        = number
}

variable "subscriber_accounts" {
  description = "AWS accounts that may create their own rules."
  type        = list(string)
}

variable "subscriber_organization" {
  description = "The AWS organization whose accounts may create their own rules."
  type        = string
}
