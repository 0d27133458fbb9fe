variable "name" {
  description = "The name of the bus and of its archive."
  type        = string

  validation {
    condition     = length(var.name) <= 38
    error_message = "bus ${var.name}: the name is too long for an archive. Use at most 38 characters; an archive with a key adds -encrypted, and AWS allows 48."
  }
}

variable "existing" {
  description = "A bus that exists already. null creates one."
  type        = object({ arn = string })
  default     = null
}

variable "partition" {
  description = "The AWS partition: aws, aws-cn or aws-us-gov."
  type        = string
}

variable "archive" {
  description = "The retention of the archive in days (0 keeps events forever), and the pipes whose events it takes (none means all). null creates no archive."
  type        = object({ retention_days = number, pipes = optional(list(string), []) })
}

variable "subscriber_accounts" {
  description = "AWS accounts that may create their own rules."
  type        = list(string)
}

variable "subscriber_organization" {
  description = "The AWS organization whose accounts may create their own rules."
  type        = string
}

variable "kms_key" {
  description = "The KMS key of the bus and of the archive. null uses a key of AWS."
  type        = object({ arn = string })
  default     = null
}

variable "tags" {
  description = "The tags of the bus."
  type        = map(string)
  default     = {}
}
