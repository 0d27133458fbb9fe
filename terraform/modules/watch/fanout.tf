# The function that sends the events of channels with many subscribers. Its metrics have no dimension for the channel, because
# there are too many. Each line of its log names its channel.

variable "fanout" {
  description = "The function for channels with many subscribers: its log group, its dead-letter queue, its timeout in seconds, and the lag in seconds above which its alarm starts."
  type        = object({ log_group = string, dead_letters = string, timeout = number, lag_seconds = number })
}

locals {
  fanout_alarms = {
    fanout-lag = merge(local.repeated, local.fanout_metrics, {
      metric      = "FanOutLag"
      statistic   = "Maximum"
      threshold   = var.fanout.lag_seconds * 1000
      description = "Subscribers of a channel with many subscribers receive events more than ${var.fanout.lag_seconds} s late. The dashboard lists the channels."
    })

    fanout-outage = merge(local.immediate, local.fanout_metrics, {
      metric      = "Outage"
      description = "API Gateway refuses or fails most frames of a channel. fanout keeps the connections and the events, and sends them afterwards."
    })

    fanout-damaged = merge(local.immediate, local.fanout_metrics, {
      metric      = "DamagedItems"
      description = "fanout cannot read an item. It skips an item of a log, and closes the connection of a subscription. Its log names the item."
    })

    fanout-throttled = merge(local.repeated, local.fanout_metrics, {
      metric      = "Throttled"
      description = "API Gateway throttles frames again and again, and events are late. Set account_posts_per_second to the quota of the account, or raise the quota."
    })

    fanout-dead-letters = merge(local.immediate, {
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = var.fanout.dead_letters }
      statistic   = "Maximum"
      description = "Invocations of fanout failed after all retries. The next minute starts other workers. The messages have the errors."
    })
  }

  # A worker emits its metrics when it ends. With constant work it ends at its timeout, so shorter periods would have no data.
  repeated = { statistic = "Sum", threshold = 0, period = max(300, 60 * ceil(var.fanout.timeout / 60)), periods = 3, datapoints = 2 }

  fanout_metrics = { namespace = var.namespace, dimensions = { Function = "fanout" } }

  # The channels that are served late, the worst first.
  fanout_channels = {
    type = "log", x = 0, y = 4 + 6 * ceil(length(local.charts) / 2), width = 24, height = 6
    properties = {
      title  = "Channels by lag of fanout (ms)"
      region = var.region
      view   = "table"
      query = join(" | ", [
        "SOURCE '${var.fanout.log_group}'", "filter ispresent(FanOutLag)", "stats max(FanOutLag) as lag by channel", "sort lag desc", "limit 10",
      ])
    }
  }
}
