variable "name" {
  description = "The prefix of the alarm names, and the name of the dashboard."
  type        = string
}

variable "namespace" {
  description = "The CloudWatch namespace of the metrics that the functions emit."
  type        = string
}

variable "functions" {
  description = "The AWS name and the log group of each function."
  type        = map(object({ name = string, log_group = string }))
}

variable "authorizer" {
  description = "The function that authorizes clients. Lambda counts rejected clients as errors, so its alarm counts ERROR lines of its log instead."
  type        = string
}

variable "pipes" {
  description = "The AWS name, dead-letter queue, table and stream label of each pipe, and whether it publishes on the bus."
  type = map(object({
    name         = string
    dead_letters = string
    bus          = bool
    table        = string
    stream_label = string
  }))
}

variable "socket" {
  description = "The id and the stage of the WebSocket API."
  type        = object({ api_id = string, stage = string })
}

variable "undelivered" {
  description = "The name of the queue for events that the bus cannot process. null if there is none."
  type        = string
  default     = null
}

variable "region" {
  description = "The AWS region of the dashboard's metrics."
  type        = string
}

variable "lag_seconds" {
  description = "The delay in seconds above which the lag alarm starts."
  type        = number
}

variable "critical_actions" {
  description = "ARNs that CloudWatch notifies when a critical alarm starts and ends."
  type        = list(string)
}

variable "warning_actions" {
  description = "ARNs that CloudWatch notifies when a warning starts and ends."
  type        = list(string)
}

variable "summaries" {
  description = "Adds composite alarms, which notify instead of the single alarms."
  type        = bool
  default     = false
}

variable "tags" {
  description = "The tags of the alarms."
  type        = map(string)
  default     = {}
}
