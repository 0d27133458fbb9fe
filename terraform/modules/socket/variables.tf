variable "name" {
  description = "The API's name."
  type        = string
}

variable "stage" {
  description = "The stage: the last part of the socket's address."
  type        = string
}

variable "routes" {
  description = "The function that each route calls, by the route's key. What it returns goes nowhere: answers are posted."
  type = map(object({
    function_name = string
    invoke_arn    = string
  }))
}

variable "authorizer" {
  description = "The function that is asked at $connect; nobody is asked unless given."
  type = object({
    function_name = string
    invoke_arn    = string
  })
  default = null
}

variable "throttle" {
  description = "What one route takes: messages a second, and at once."
  type        = object({ rate = number, burst = number })
}

variable "access_logs" {
  description = "off, on, or on-with-role: with the role that API Gateway needs, for the whole account."
  type        = string
}

variable "log_retention_days" {
  description = "How long access logs are kept."
  type        = number
}

variable "kms_key_arn" {
  description = "The key that encrypts the logs; CloudWatch's own unless given."
  type        = string
}
