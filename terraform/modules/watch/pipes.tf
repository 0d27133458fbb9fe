locals {
  # At once: one in five minutes. Lasting: in three of five minutes, because a failure that a retry cures is none.
  at_once = { statistic = "Sum", threshold = 0, period = 300, periods = 1, datapoints = 1 }
  lasting = { statistic = "Sum", threshold = 0, period = 60, periods = 5, datapoints = 3 }

  pipe_alarms = merge([for pipe, at in var.pipes : {
    "${pipe}-lag" = merge(local.lasting, local.ours[pipe], {
      metric      = "Lag"
      statistic   = "Maximum"
      threshold   = var.lag_seconds * 1000
      description = "Events of ${pipe} come more than ${var.lag_seconds} s after the change."
    })

    "${pipe}-rejected" = merge(local.at_once, local.ours[pipe], {
      metric      = "Rejected"
      description = "A record of ${pipe} could not become an event: it is in the rejected table, with the reason."
    })

    "${pipe}-dead-letters" = merge(local.at_once, {
      namespace   = "AWS/SQS"
      metric      = "ApproximateNumberOfMessagesVisible"
      dimensions  = { QueueName = at.dead_letters }
      statistic   = "Maximum"
      description = "Records of ${pipe} were given up: read them from the stream within 24 hours of the change."
    })

    "${pipe}-failing" = merge(local.lasting, {
      namespace   = "AWS/EventBridge/Pipes"
      metric      = "ExecutionFailed"
      dimensions  = { PipeName = at.name }
      description = "The pipe ${at.name} fails: its log has the reason. Records wait, and become dead letters."
    })

    "${pipe}-bus" = merge(local.lasting, local.ours[pipe], {
      metric      = "BusFailures"
      description = "The bus does not take events of ${pipe}: they come again, and become dead letters."
    })

    "${pipe}-refused" = merge(local.at_once, local.ours[pipe], {
      metric      = "Refused"
      description = "API Gateway refuses what dispatch pushes: clients get nothing of ${pipe}."
    })

    "${pipe}-too-large" = merge(local.at_once, local.ours[pipe], {
      metric      = "TooLarge"
      description = "An event of ${pipe} was too large for the sockets (128 KB): clients got its name, and only the bus has it whole."
    })
  }]...)

  # What dispatch tells of a pipe.
  ours = {
    for pipe, at in var.pipes : pipe => { namespace = var.namespace, dimensions = { Pipe = pipe } }
  }
}
