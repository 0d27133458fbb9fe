variable "name" {
  description = "Begins the alarms' names; the dashboard's name."
  type        = string
}

variable "namespace" {
  description = "The CloudWatch namespace of the functions' own metrics."
  type        = string
}

variable "functions" {
  description = "The functions' names on AWS and their log groups, by function."
  type        = map(object({ name = string, log_group = string }))
}

variable "authorizer" {
  description = "Which of the functions, if it is there, refuses clients: Lambda counts that as errors, so its log is counted instead."
  type        = string
}

variable "pipes" {
  description = "By pipe: its name on AWS, the queue of its dead letters, and its source, a table and the label of its stream."
  type = map(object({
    name         = string
    dead_letters = string
    table        = string
    stream_label = string
  }))
}

variable "socket" {
  description = "The WebSocket API's id and stage."
  type        = object({ api_id = string, stage = string })
}

variable "region" {
  description = "The region that the dashboard shows."
  type        = string
}

variable "lag_seconds" {
  description = "How late events may be before the alarm."
  type        = number
}

variable "alarm_actions" {
  description = "ARNs that alarms tell when they begin and end."
  type        = list(string)
}
