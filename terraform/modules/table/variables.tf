variable "name" {
  description = "The name of the table."
  type        = string
}

variable "partition_key" {
  description = "The partition key. The type is S, N or B."
  type        = object({ name = string, type = string })
}

variable "sort_key" {
  description = "The sort key, if the table has one."
  type        = object({ name = string, type = string })
  default     = null
}

variable "streamed" {
  description = "Adds a stream with new and old images."
  type        = bool
  default     = false
}

variable "expiry_attribute" {
  description = "The TTL attribute, in epoch seconds. DynamoDB deletes items after that time."
  type        = string
  default     = null
}

variable "deletion_protection" {
  description = "Protects the table from deletion."
  type        = bool
}

variable "point_in_time_recovery" {
  description = "Lets you restore the table to any second of the last 35 days."
  type        = bool
}

variable "kms_key_arn" {
  description = "The KMS key of the table. null uses the key of DynamoDB."
  type        = string
  default     = null
}

variable "tags" {
  description = "The tags of the table."
  type        = map(string)
  default     = {}
}
