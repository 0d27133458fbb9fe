variable "name" {
  description = "The name of the API."
  type        = string
}

variable "stage" {
  description = "The name of the stage, which is the last part of the WebSocket address."
  type        = string
}

variable "routes" {
  description = "The function behind each route, by route key. API Gateway ignores the function's result; functions post their answers."
  type = map(object({
    function_name = string
    invoke_arn    = string
  }))
}

variable "authorizer" {
  description = "The function that authorizes $connect. null accepts all clients."
  type = object({
    function_name = string
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

variable "region" {
  description = "The AWS region of the API."
  type        = string
}

variable "log_retention_days" {
  description = "Retention of the access logs in days."
  type        = number
}

variable "kms_key_arn" {
  description = "The KMS key of the access logs. null uses the key of CloudWatch."
  type        = string
}
