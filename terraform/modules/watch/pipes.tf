locals {
  # An immediate alarm starts after one occurrence in five minutes. A sustained alarm starts after failures in three of five
  # minutes, because a retry repairs a short failure.
  immediate = { statistic = "Sum", threshold = 0, period = 300, periods = 1, datapoints = 1 }
  sustained = { statistic = "Sum", threshold = 0, period = 60, periods = 5, datapoints = 3 }

  # By pipe. `stopped` and `stale` are in alarms.tf.
  all_own_alarms = { for pipe, at in var.pipes : pipe => {
    "${pipe}-lag" = merge(local.sustained, local.dispatch_metrics[pipe], {
      metric      = "Lag"
      statistic   = "Maximum"
      threshold   = var.lag_seconds * 1000
      description = "Dispatch sends events of the pipe ${pipe} more than ${var.lag_seconds} s after the change. Check the other alarms of this pipe first."
    })

    "${pipe}-rejected" = merge(local.immediate, local.dispatch_metrics[pipe], {
      metric      = "Rejected"
      description = "The pipe ${pipe} rejected a record. The rejected records table has the record and the reason."
    })

    "${pipe}-dead-letters" = merge(local.immediate, {
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = at.dead_letters }
      statistic   = "Maximum"
      description = "The pipe ${pipe} gave up on records after its retries. Read them from the stream within 24 hours of the change."
    })

    # ExecutionPartiallyFailed is on the dashboard only: dispatch returns single records to the pipe when a batch is large, too.
    # Records that fail again and again are late, and have the alarm -lag.
    "${pipe}-failing" = merge(local.sustained, {
      sources = merge(
        {
          for metric in ["ExecutionFailed", "ExecutionThrottled", "ExecutionTimeout"] : lower(metric) => {
            namespace = "AWS/EventBridge/Pipes", metric = metric, statistic = "Sum", dimensions = { PipeName = at.name }
          }
        },
        # Records without an event have no Lag.
        { for metric in ["NotStored", "InvalidElements"] : lower(metric) => merge(local.dispatch_metrics[pipe], { metric = metric, statistic = "Sum" }) },
      )
      expression  = "FILL(executionfailed, 0) + FILL(executionthrottled, 0) + FILL(executiontimeout, 0) + FILL(notstored, 0) + FILL(invalidelements, 0)"
      label       = "Executions that failed, were throttled or timed out, and records without an event that failed"
      description = "The pipe ${at.name} fails, is throttled or times out, or dispatch cannot store its rejected records. Its log and that of dispatch have the reason. Its records wait for a retry until max_age, and then become dead letters."
    })

    "${pipe}-bus" = merge(local.sustained, local.dispatch_metrics[pipe], {
      metric      = "BusFailures"
      description = "EventBridge rejects events of the pipe ${pipe}. The pipe retries them, and then they become dead letters."
    })

    "${pipe}-refused" = merge(local.immediate, local.dispatch_metrics[pipe], {
      metric      = "Refused"
      description = "API Gateway rejects frames of the pipe ${pipe}, and clients receive their events late. Check the permissions of dispatch."
    })

    "${pipe}-damaged" = merge(local.immediate, local.dispatch_metrics[pipe], {
      metric      = "DamagedItems"
      description = "dispatch cannot read an item for the pipe ${pipe}. It skips an item of the log, and closes the connection of a subscription. Its log names the item."
    })

    "${pipe}-too-large" = merge(local.immediate, local.dispatch_metrics[pipe], {
      metric      = "TooLarge"
      description = "An event of the pipe ${pipe} is larger than a frame (128 KB). Clients received its id and subject only; the bus has the complete event."
    })
  } }
  own_alarms = {
    for pipe, alarms in local.all_own_alarms : pipe => { for name, alarm in alarms : name => alarm if name != "${pipe}-bus" || var.pipes[pipe].bus }
  }
  pipe_alarms = merge(values(local.own_alarms)...)

  # The namespace and dimensions of the metrics that dispatch emits for a pipe.
  dispatch_metrics = {
    for pipe, at in var.pipes : pipe => { namespace = var.namespace, dimensions = { Pipe = pipe } }
  }
}
