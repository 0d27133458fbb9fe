resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    start   = "-PT3H"
    widgets = concat([local.healthy], local.graphs, [local.errors])
  })
}

locals {
  pipe_names = sort(keys(var.pipes))

  # A graph is a title and its metrics, as CloudWatch writes them: namespace, metric, dimensions, how it is shown.
  charts = [
    { title = "How late are we? (ms from the change to its dispatch)", stat = "p99", metrics = concat(
      [for pipe in local.pipe_names : [var.namespace, "Lag", "Pipe", pipe, { label = "${pipe} p99" }]],
      [for pipe in local.pipe_names : [var.namespace, "Lag", "Pipe", pipe, { label = "${pipe} p50", stat = "p50" }]],
    ) },
    { title = "What flows?", stat = "Sum", metrics = [
      for pair in setproduct(local.pipe_names, ["Records", "Events", "Published", "Delivered"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]
    ] },
    { title = "What does not arrive, or not whole?", stat = "Sum", metrics = concat(
      [for pair in setproduct(local.pipe_names, ["Rejected", "TooLarge", "Refused"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]],
      [for pipe in local.pipe_names :
      ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", var.pipes[pipe].dead_letters, { label = "${pipe} dead letters", stat = "Maximum" }]],
    ) },
    { title = "What fails and comes again?", stat = "Sum", metrics = concat(
      [for pair in setproduct(local.pipe_names, ["LogFailures", "BusRetried", "BusFailures", "PushRetried", "LookUpFailures"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]],
      [for pipe in local.pipe_names :
      ["AWS/EventBridge/Pipes", "ExecutionFailed", "PipeName", var.pipes[pipe].name, { label = "${pipe} ExecutionFailed" }]],
    ) },
    { title = "Who is connected? (connections made and ended, messages)", stat = "Sum", metrics = concat(
      [
        [{ expression = "SEARCH('{${var.namespace},Function}', 'Sum', 60)", id = "ours", period = 60 }],
        ["AWS/ApiGateway", "ConnectCount", "ApiId", var.socket.api_id, "Stage", var.socket.stage],
        ["AWS/ApiGateway", "MessageCount", "ApiId", var.socket.api_id, "Stage", var.socket.stage],
      ],
      [for function, at in var.functions :
      ["AWS/Lambda", "Errors", "FunctionName", at.name, { label = "not let in by ${function}" }] if function == var.authorizer],
    ) },
    { title = "Who was given up?", stat = "Sum", metrics = [
      for pair in setproduct(local.pipe_names, ["Gone", "Expired", "Closed", "Late", "Left"]) :
      [var.namespace, pair[1], "Pipe", pair[0], { label = "${pair[0]} ${pair[1]}" }]
    ] },
    { title = "Do the functions fail?", stat = "Sum", metrics = [
      for key, alarm in local.function_alarms :
      concat([alarm.namespace, alarm.metric], flatten([for name, value in alarm.dimensions : [name, value]]), [{ label = key }])
    ] },
    { title = "Are the functions slow? (ms, p99)", stat = "p99", metrics = [
      for function, at in var.functions : ["AWS/Lambda", "Duration", "FunctionName", at.name, { label = function }]
    ] },
  ]

  healthy = {
    type = "alarm", x = 0, y = 0, width = 24, height = 4
    properties = {
      title = "Is it healthy?"
      alarms = [for alarm in concat(
        values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)
      ) : alarm.arn]
    }
  }

  graphs = [for place, chart in local.charts : {
    type = "metric", x = 12 * (place % 2), y = 4 + 6 * floor(place / 2), width = 12, height = 6
    properties = {
      title   = chart.title
      region  = var.region
      stat    = chart.stat
      period  = 60
      metrics = chart.metrics
    }
  }]

  errors = {
    type = "log", x = 0, y = 4 + 6 * ceil(length(local.charts) / 2), width = 24, height = 8
    properties = {
      title  = "What do the functions say?"
      region = var.region
      view   = "table"
      query = join(" | ", concat(
        [for function in values(var.functions) : "SOURCE '${function.log_group}'"],
        ["filter level in [\"WARN\", \"ERROR\"]", "fields @timestamp, level, message, @log", "sort @timestamp desc", "limit 50"],
      ))
    }
  }
}
