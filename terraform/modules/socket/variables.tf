variable "name" {
  description = "The name of the API."
  type        = string
}

variable "stage" {
  description = "The name of the stage, which is the last part of the WebSocket address."
  type        = string
}

variable "routes" {
  description = "The function behind each route, by route key, and its alias. API Gateway ignores the function's result; functions post their answers."
  type = map(object({
    function_name = string
    qualifier     = string
    invoke_arn    = string
  }))
}

variable "authorizer" {
  description = "The function that authorizes $connect. null accepts all clients."
  type = object({
    function_name = string
    qualifier     = string
    invoke_arn    = string
  })
  default = null
}

variable "throttle" {
  description = "The limit of each route, in messages a second (rate) and at once (burst)."
  type        = object({ rate = number, burst = number })
}

variable "access_logs" {
  description = "\"off\", \"on\", or \"on-with-role\" to create the logging role of the account as well."
  type        = string
}

variable "aws" {
  description = "The partition, region and account of the API, for ARNs."
  type        = object({ partition = string, region = string, account = string })
}

variable "domain" {
  description = "A domain of your own: its name, its certificate unless it exists already, a path, and whether it is the only address."
  type = object({
    name            = string
    certificate_arn = optional(string)
    existing        = optional(bool, false)
    path            = optional(string)
    only            = optional(bool, false)
  })
  default = null
}

variable "existing_log_group" {
  description = "The name of a log group that exists already, for access logs. null creates one."
  type        = string
  default     = null
}

variable "iam" {
  description = "The path and the permissions boundary of the logging role."
  type        = object({ path = optional(string, "/"), permissions_boundary = optional(string) })
  default     = {}
}

variable "tags" {
  description = "The tags of the API and its resources."
  type        = map(string)
  default     = {}
}

variable "log_retention_days" {
  description = "Retention of the access logs in days."
  type        = number
}

variable "kms_key_arn" {
  description = "The KMS key of the access logs. null uses the key of CloudWatch."
  type        = string
}
