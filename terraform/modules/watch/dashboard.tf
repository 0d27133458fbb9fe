resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    start   = "-PT3H"
    widgets = concat(slice(local.alarm_lists, 0, 1), local.graphs, [local.fanout_channels, local.log_lines], slice(local.alarm_lists, 1, length(local.alarm_lists)))
  })
}

locals {
  pipe_names = sort(keys(var.pipes))

  # Each chart has a title, a statistic and metrics in CloudWatch's form: namespace, metric, dimensions, options.
  charts = [
    { title = "Lag (ms from the change to the end of dispatch)", stat = "p99", metrics = concat(
      [for pipe in local.pipe_names : [var.namespace, "Lag", "Pipe", pipe, { label = "${pipe} p99" }]],
      [for pipe in local.pipe_names : [var.namespace, "Lag", "Pipe", pipe, { label = "${pipe} p50", stat = "p50" }]],
    ) },
    { title = "Throughput", stat = "Sum", metrics = [
      for pair in setproduct(local.pipe_names, ["Records", "Events", "Published", "Delivered"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]
    ] },
    { title = "Records and events not delivered", stat = "Sum", metrics = concat(
      [for pair in setproduct(local.pipe_names, ["Rejected", "TooLarge", "Refused", "DamagedItems"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]],
      [for pipe in local.pipe_names :
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.pipes[pipe].dead_letters, { label = "${pipe} dead letters", stat = "Maximum" }]],
    ) },
    { title = "Failures and retries", stat = "Sum", metrics = concat(
      [for pair in setproduct(local.pipe_names, ["LogFailures", "LookupFailures", "HandOverFailures", "StartFailures", "BusRetried", "BusFailures"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]],
      [for pair in setproduct(local.pipe_names, ["ExecutionFailed", "ExecutionPartiallyFailed", "ExecutionThrottled", "ExecutionTimeout"]) :
      ["AWS/EventBridge/Pipes", pair[1], "PipeName", var.pipes[pair[0]].name, { label = "${pair[0]} ${pair[1]}" }]],
    ) },
    { title = "Connections and messages", stat = "Sum", metrics = concat(
      [for pair in local.client_counts : [var.namespace, pair[1], "Function", pair[0], { label = "${pair[0]} ${pair[1]}" }]],
      [for metric in ["ConnectCount", "MessageCount", "ClientError", "IntegrationError", "ExecutionError"] :
      ["AWS/ApiGateway", metric, "ApiId", var.socket.api_id, "Stage", var.socket.stage]],
      [for function, at in var.functions :
      ["AWS/Lambda", "Errors", "FunctionName", at.name, { label = "rejected by ${function}" }] if function == var.authorizer],
    ) },
    { title = "Reasons of refused connections", stat = "Sum", metrics = [
      for pair in local.refusals : [var.namespace, pair[1], "Function", pair[0], { label = "${pair[0]} ${pair[1]}" }]
    ] },
    { title = "Resumes by outcome (channels)", stat = "Sum", metrics = concat(
      [for metric in ["Recovered", "PositionUnknown", "EpochChanged", "Trimmed", "TooMuch", "TooWide", "QuotaExceeded"] :
      [var.namespace, metric, "Function", "subscribe", { label = metric }]],
      [[var.namespace, "ReplayedEvents", "Function", "subscribe", { label = "events", yAxis = "right" }]],
    ) },
    { title = "Errors that clients received", stat = "Sum", metrics = [
      for metric in ["BadMessage", "UnknownAction", "MessageTooLarge", "TooManyMessages", "RefreshRefused", "Expired", "Unavailable", "Contended", "Incomplete"] :
      [var.namespace, metric, "Function", "subscribe", { label = metric }]
    ] },
    { title = "Frames that API Gateway did not accept from subscribe", stat = "Sum", metrics = [
      for metric in ["Refused", "Unsent", "Unclosed", "DamagedItems"] : [var.namespace, metric, "Function", "subscribe", { label = metric }]
    ] },
    { title = "Connections that ended, and channels handed over to fanout", stat = "Sum", metrics = [
      for pair in setproduct(local.pipe_names, ["Gone", "Expired", "FannedOut", "HandedOver"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]
    ] },
    { title = "Channels with many subscribers", stat = "Sum", metrics = [
      for metric in ["FannedOut", "Frames", "Delivered", "Throttled", "Outage", "NotStarted"] : [var.namespace, metric, "Function", "fanout", { label = metric }]
    ] },
    { title = "Lag of fanout (ms from the log to the last subscriber)", stat = "Maximum", metrics = [
      [var.namespace, "FanOutLag", "Function", "fanout", { label = "maximum" }]
    ] },
    { title = "Function errors and throttles", stat = "Sum", metrics = [
      for key, alarm in local.function_alarms :
      concat([alarm.namespace, alarm.metric], flatten([for name, value in alarm.dimensions : [name, value]]), [{ label = key }])
    ] },
    { title = "Function duration (ms, p99)", stat = "p99", metrics = [
      for function, at in var.functions : ["AWS/Lambda", "Duration", "FunctionName", at.name, { label = function }]
    ] },
  ]

  client_counts = concat(
    setproduct(["connect"], ["Connected", "Refused", "Failed"]), setproduct(["disconnect"], ["Disconnected", "NotDeleted"]),
    setproduct(["subscribe"], ["Subscribed", "NotGranted"]), setproduct(["authorize"], ["Unavailable"]),
  )
  refusals = concat(
    setproduct(["authorize"], ["TokenMissing", "TokenInvalid", "TokenExpired", "TokenTooLarge", "OriginNotAllowed"]),
    setproduct(["connect"], ["BadRequest", "NotGranted"]),
  )

  alarms = concat(
    values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)
  )

  composites = concat(values(aws_cloudwatch_composite_alarm.deployment), values(aws_cloudwatch_composite_alarm.owner))

  # A widget shows 100 alarms at most. The first one is at the top, and others are at the bottom.
  alarm_lists = [for index, alarms in concat(chunklist(local.composites[*].arn, 100), chunklist(local.alarms[*].arn, 100)) : {
    type = "alarm", x = 0, y = index == 0 ? 0 : local.bottom + 4 * index, width = 24, height = 4
    properties = {
      title  = index < ceil(length(local.composites) / 100) ? "Summaries of the alarms" : "Alarms"
      alarms = alarms
    }
  }]
  bottom = 14 + 6 * ceil(length(local.charts) / 2)

  graphs = [for index, chart in local.charts : {
    type = "metric", x = 12 * (index % 2), y = 4 + 6 * floor(index / 2), width = 12, height = 6
    properties = {
      title   = chart.title
      region  = var.region
      stat    = chart.stat
      period  = 60
      metrics = chart.metrics
    }
  }]

  log_lines = {
    type = "log", x = 0, y = 10 + 6 * ceil(length(local.charts) / 2), width = 24, height = 8
    properties = {
      title  = "Warnings and errors of the functions"
      region = var.region
      view   = "table"
      query = join(" | ", concat(
        [for function in values(var.functions) : "SOURCE '${function.log_group}'"],
        ["filter level in [\"WARN\", \"ERROR\"]", "fields @timestamp, level, message, @log", "sort @timestamp desc", "limit 50"],
      ))
    }
  }
}
