variable "name" {
  description = "The table's name."
  type        = string
}

variable "partition_key" {
  description = "The partition key; type S, N or B."
  type        = object({ name = string, type = string })
}

variable "sort_key" {
  description = "The sort key, if there is one."
  type        = object({ name = string, type = string })
  default     = null
}

variable "streamed" {
  description = "Whether the table has a stream, of both images."
  type        = bool
  default     = false
}

variable "expiry_attribute" {
  description = "The attribute, in epoch seconds, after which items are deleted."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Whether the table refuses to be deleted."
  type        = bool
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored to any second of the last 35 days."
  type        = bool
}

variable "kms_key_arn" {
  description = "The key that encrypts the table; DynamoDB's own unless given."
  type        = string
  default     = null
}
