variable "alarm_actions" {
  description = "ARNs, such as SNS topics, that CloudWatch notifies when an alarm starts and ends. The default notifies no one."
  type        = list(string)
  default     = []

  validation {
    condition     = length(var.alarm_actions) <= 5
    error_message = "alarm_actions: the list has more than 5 ARNs, the limit of CloudWatch. Use one SNS topic, and subscribe the others to it."
  }
}

variable "warning_actions" {
  description = "ARNs that CloudWatch notifies of warnings. alarm_actions then receives critical alarms only: events are late, lost or not delivered. The default notifies alarm_actions of both."
  type        = list(string)
  default     = null

  validation {
    condition     = var.warning_actions == null || try(length(var.warning_actions) <= 5, false)
    error_message = "warning_actions: the list has more than 5 ARNs, the limit of CloudWatch. Use one SNS topic, and subscribe the others to it."
  }
}

variable "fanout_lag_alarm_seconds" {
  description = "The delay, in seconds from the log to the last subscriber of a channel with many subscribers, above which the alarm fanout-lag starts."
  type        = number
  default     = 60

  validation {
    condition     = var.fanout_lag_alarm_seconds > 0
    error_message = "fanout_lag_alarm_seconds: ${var.fanout_lag_alarm_seconds} is not a delay. Use a number above 0."
  }
}

variable "alarm_summaries" {
  description = "Adds composite alarms: one for each pipe and severity, and the same for the functions and for clients. They notify instead of the single alarms. Recommended from about ten pipes on."
  type        = bool
  default     = false

  validation {
    condition     = !var.alarm_summaries || length(setintersection(keys(local.pipes), ["clients", "functions"])) == 0
    error_message = "alarm_summaries: a pipe file has the name of a summary. Rename pipe files that are called clients or functions, as docs/guides/upgrade.md describes, or set alarm_summaries to false."
  }
}

variable "lag_alarm_seconds" {
  description = "The delay, in seconds from change to dispatch, above which the lag alarm starts."
  type        = number
  default     = 60

  validation {
    condition     = var.lag_alarm_seconds > 0
    error_message = "lag_alarm_seconds: ${var.lag_alarm_seconds} is not a delay. Use a number above 0."
  }
}

module "watch" {
  source = "./modules/watch"

  name      = var.name
  namespace = var.name
  region    = local.aws.region
  tags      = local.tags

  functions  = { for name, function in module.function : name => { name = function.name, log_group = function.log_group } }
  authorizer = "authorize"
  pipes = {
    for name, pipe in local.pipes : name => {
      name         = module.pipe[pipe.table].name
      dead_letters = module.pipe[pipe.table].dead_letters.name
      bus          = pipe.bus
      table        = local.table_names[pipe.table]
      stream_label = split("/", local.streams[pipe.table])[3]
    }
  }
  undelivered = module.bus.undelivered

  socket = { api_id = module.socket.api_id, stage = local.stage }
  fanout = {
    log_group    = module.function["fanout"].log_group
    dead_letters = module.function["fanout"].dead_letters.name
    timeout      = local.sizes["fanout"].timeout
    lag_seconds  = var.fanout_lag_alarm_seconds
  }

  lag_seconds      = var.lag_alarm_seconds
  critical_actions = var.alarm_actions
  warning_actions  = var.warning_actions == null ? var.alarm_actions : var.warning_actions
  summaries        = var.alarm_summaries
}
