mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name      = "tablecast"
  namespace = "tablecast"
  region    = "eu-central-1"
  functions = {
    authorize = { name = "tablecast-authorize", log_group = "/aws/lambda/tablecast-authorize" }
    connect   = { name = "tablecast-connect", log_group = "/aws/lambda/tablecast-connect" }
    dispatch  = { name = "tablecast-dispatch", log_group = "/aws/lambda/tablecast-dispatch" }
    subscribe = { name = "tablecast-subscribe", log_group = "/aws/lambda/tablecast-subscribe" }
  }
  authorizer = "authorize"
  pipes = {
    orders = { name = "tablecast-orders", dead_letters = "tablecast-orders-dead-letters", table = "orders", stream_label = "2026-11-23T00:00:00.000", bus = true }
  }
  socket           = { api_id = "a1b2c3", stage = "live" }
  fanout           = { log_group = "/aws/lambda/tablecast-fanout", dead_letters = "tablecast-fanout-dead-letters", timeout = 300, lag_seconds = 30 }
  lag_seconds      = 60
  critical_actions = ["arn:aws:sns:eu-central-1:111122223333:pager"]
  warning_actions  = ["arn:aws:sns:eu-central-1:111122223333:tickets"]
}

run "a_pipe_without_the_bus_has_no_alarm_of_the_bus" {
  command = plan
  module { source = "./modules/watch" }

  variables {
    pipes = {
      orders   = { name = "tablecast-orders", dead_letters = "tablecast-orders-dead-letters", table = "orders", stream_label = "2026-11-23T00:00:00.000", bus = true }
      profiles = { name = "tablecast-profiles", dead_letters = "tablecast-profiles-dead-letters", table = "profiles", stream_label = "2026-11-23T00:00:00.000", bus = false }
    }
  }

  assert {
    condition     = [for key in keys(aws_cloudwatch_metric_alarm.this) : key if endswith(key, "-bus")] == ["orders-bus"]
    error_message = "Only pipes that publish on the bus need the alarm."
  }
}

run "a_bus_with_a_key_has_an_alarm_of_its_queue" {
  command = plan
  module { source = "./modules/watch" }
  variables { undelivered = "tablecast-bus-undelivered" }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["bus-undelivered"].dimensions == tomap({ QueueName = "tablecast-bus-undelivered" })
      && aws_cloudwatch_metric_alarm.this["bus-undelivered"].alarm_actions == toset(var.critical_actions)
    )
    error_message = "Events that the bus cannot process must start a critical alarm."
  }
}

run "alarms_and_dashboard_use_the_emitted_metrics" {
  command = plan
  module { source = "./modules/watch" }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["orders-lag"].threshold == 60000
      && aws_cloudwatch_metric_alarm.this["orders-lag"].statistic == "Maximum"
      && aws_cloudwatch_metric_alarm.this["orders-lag"].dimensions == tomap({ Pipe = "orders" })
    )
    error_message = "The lag alarm must compare the maximum lag in milliseconds."
  }

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.this : key => "${alarm.namespace} ${alarm.metric_name} ${jsonencode(alarm.dimensions)}"
      if length(alarm.metric_query) == 0
      } == {
      api-errors            = "AWS/ApiGateway ExecutionError {\"ApiId\":\"a1b2c3\",\"Stage\":\"live\"}"
      authorize-errors      = "tablecast AuthorizerErrors {}"
      authorize-throttles   = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-authorize\"}"
      connect-errors        = "AWS/Lambda Errors {\"FunctionName\":\"tablecast-connect\"}"
      connect-failed        = "tablecast Failed {\"Function\":\"connect\"}"
      connect-throttles     = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-connect\"}"
      dispatch-errors       = "AWS/Lambda Errors {\"FunctionName\":\"tablecast-dispatch\"}"
      dispatch-throttles    = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-dispatch\"}"
      fanout-damaged        = "tablecast DamagedItems {\"Function\":\"fanout\"}"
      fanout-dead-letters   = "AWS/SQS ApproximateNumberOfMessagesVisible {\"QueueName\":\"tablecast-fanout-dead-letters\"}"
      fanout-lag            = "tablecast FanOutLag {\"Function\":\"fanout\"}"
      fanout-outage         = "tablecast Outage {\"Function\":\"fanout\"}"
      fanout-throttled      = "tablecast Throttled {\"Function\":\"fanout\"}"
      orders-bus            = "tablecast BusFailures {\"Pipe\":\"orders\"}"
      orders-dead-letters   = "AWS/SQS ApproximateNumberOfMessagesVisible {\"QueueName\":\"tablecast-orders-dead-letters\"}"
      orders-damaged        = "tablecast DamagedItems {\"Pipe\":\"orders\"}"
      orders-lag            = "tablecast Lag {\"Pipe\":\"orders\"}"
      orders-refused        = "tablecast Refused {\"Pipe\":\"orders\"}"
      orders-rejected       = "tablecast Rejected {\"Pipe\":\"orders\"}"
      orders-too-large      = "tablecast TooLarge {\"Pipe\":\"orders\"}"
      subscribe-damaged     = "tablecast DamagedItems {\"Function\":\"subscribe\"}"
      subscribe-errors      = "AWS/Lambda Errors {\"FunctionName\":\"tablecast-subscribe\"}"
      subscribe-refused     = "tablecast Refused {\"Function\":\"subscribe\"}"
      subscribe-throttles   = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-subscribe\"}"
      subscribe-unavailable = "tablecast Unavailable {\"Function\":\"subscribe\"}"
    }
    error_message = "Each alarm must use the metric and the dimensions that AWS or a function emits."
  }

  assert {
    condition     = strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "[\"AWS/EventBridge/Pipes\",\"ExecutionPartiallyFailed\",\"PipeName\",\"tablecast-orders\"")
    error_message = "The dashboard must show partial failures of a pipe, which no alarm has."
  }

  assert {
    condition = {
      for key, alarm in aws_cloudwatch_metric_alarm.this : key => flatten([
        for query in alarm.metric_query : [for metric in query.metric : "${metric.namespace} ${metric.metric_name} ${jsonencode(metric.dimensions)}"]
      ]) if length(alarm.metric_query) > 0
      } == {
      api-refused = concat(
        [for metric in ["ClientError", "ConnectCount"] : "AWS/ApiGateway ${metric} {\"ApiId\":\"a1b2c3\",\"Stage\":\"live\"}"],
        ["tablecast Refused {\"Function\":\"authorize\"}"],
        ["tablecast Explained {\"Function\":\"connect\"}"],
        ["AWS/ApiGateway IntegrationError {\"ApiId\":\"a1b2c3\",\"Stage\":\"live\"}"],
        ["AWS/Lambda Invocations {\"FunctionName\":\"tablecast-subscribe\"}"],
      )
      authorize-unanswered = concat(
        ["tablecast Admitted {\"Function\":\"authorize\"}"],
        ["AWS/Lambda Invocations {\"FunctionName\":\"tablecast-authorize\"}"],
        [for metric in ["Refused", "Unavailable"] : "tablecast ${metric} {\"Function\":\"authorize\"}"],
      )
      subscribe-unrecovered = [
        for metric in ["Recovered", "Unrecovered"] : "tablecast ${metric} {\"Function\":\"subscribe\"}"
      ]
      orders-failing = concat(
        [for metric in ["ExecutionFailed", "ExecutionThrottled", "ExecutionTimeout"] : "AWS/EventBridge/Pipes ${metric} {\"PipeName\":\"tablecast-orders\"}"],
        [for metric in ["InvalidElements", "NotStored"] : "tablecast ${metric} {\"Pipe\":\"orders\"}"],
      )
    }
    error_message = "Each alarm on an expression must use the metrics that AWS emits."
  }

  assert {
    condition = alltrue([
      for key in ["api-refused", "authorize-unanswered", "subscribe-unrecovered"] :
      aws_cloudwatch_metric_alarm.this[key].threshold == 50 && aws_cloudwatch_metric_alarm.this[key].evaluation_periods == 3
    ])
    error_message = "An alarm on a share must start at more than half, in a quarter of an hour."
  }

  assert {
    condition = (
      one([for query in aws_cloudwatch_metric_alarm.this["authorize-unanswered"].metric_query : query.expression if query.id == "result"])
      == "IF(FILL(invocations, 0) > 10, 100 * (FILL(invocations, 0) - FILL(admitted, 0) - FILL(refused, 0) - FILL(unavailable, 0)) / FILL(invocations, 0), 0)"
    )
    error_message = "Clients without a decision must be the invocations for which authorize printed no line."
  }

  # A wrong name would make an expression that CloudWatch refuses.
  assert {
    condition = alltrue(flatten([
      for alarm in aws_cloudwatch_metric_alarm.this : [
        for result in alarm.metric_query : [
          for name in regexall("[a-z]{5,}", result.expression) : contains([for query in alarm.metric_query : query.id], name)
        ] if try(result.expression, null) != null && try(result.expression, "") != ""
      ]
    ]))
    error_message = "An expression must use the ids of its metrics."
  }

  assert {
    condition = (
      keys(aws_cloudwatch_log_metric_filter.authorizer) == ["authorize"]
      && aws_cloudwatch_log_metric_filter.authorizer["authorize"].name == "tablecast-authorize-errors"
      && aws_cloudwatch_log_metric_filter.authorizer["authorize"].log_group_name == "/aws/lambda/tablecast-authorize"
      && aws_cloudwatch_log_metric_filter.authorizer["authorize"].pattern
      == "{ ($.level = \"ERROR\") || (($.type = \"platform.report\") && (($.record.status = \"timeout\") || ($.record.errorType = \"Runtime.*\"))) }"
    )
    error_message = "The metric filter must have the name of the deployment, and count ERROR lines, timeouts and crashes of authorize, and not rejected clients."
  }

  assert {
    condition = (
      alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching"])
      && aws_cloudwatch_metric_alarm.stale["orders"].treat_missing_data == "notBreaching"
      && aws_cloudwatch_metric_alarm.stopped["orders"].treat_missing_data == "notBreaching"
    )
    error_message = "Missing data must be healthy for every alarm."
  }

  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)
        ) : alarm.ok_actions == alarm.alarm_actions && alarm.alarm_actions == toset(contains([
          "tablecast-orders-rejected", "tablecast-orders-damaged", "tablecast-orders-too-large", "tablecast-orders-stale",
          "tablecast-authorize-throttles", "tablecast-connect-throttles", "tablecast-dispatch-throttles", "tablecast-subscribe-throttles",
          "tablecast-subscribe-damaged", "tablecast-subscribe-unrecovered", "tablecast-api-refused",
          "tablecast-fanout-damaged", "tablecast-fanout-throttled",
      ], alarm.alarm_name) ? var.warning_actions : var.critical_actions)
    ])
    error_message = "Every alarm must notify when it starts and when it ends, by its severity."
  }

  # AWS may emit the metric of reads only if records were returned.
  assert {
    condition = (
      { for query in aws_cloudwatch_metric_alarm.stopped["orders"].metric_query : query.id => [for metric in query.metric : "${metric.metric_name} ${metric.stat} ${jsonencode(metric.dimensions)}"] if query.id != "unread" } == {
        written = ["ConsumedWriteCapacityUnits Sum {\"TableName\":\"orders\"}"]
        reads   = ["ReturnedRecordsCount SampleCount {\"Operation\":\"GetRecords\",\"StreamLabel\":\"2026-11-23T00:00:00.000\",\"TableName\":\"orders\"}"]
      }
      && one([for query in aws_cloudwatch_metric_alarm.stopped["orders"].metric_query : query.expression if query.id == "unread"])
      == "IF(FILL(written, 0) > 0 AND FILL(reads, 0) < 1, 1, 0)"
    )
    error_message = "A quiet table must be healthy: stopped must compare writes with reads."
  }

  assert {
    condition = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.type} ${widget.properties.title}"] == [
      "alarm Alarms",
      "metric Lag (ms from the change to the end of dispatch)",
      "metric Throughput",
      "metric Records and events not delivered",
      "metric Failures and retries",
      "metric Connections and messages",
      "metric Reasons of refused connections",
      "metric Resumes by outcome (channels)",
      "metric Errors that clients received",
      "metric Frames that API Gateway did not accept from subscribe",
      "metric Connections that ended, and channels handed over to fanout",
      "metric Channels with many subscribers",
      "metric Lag of fanout (ms from the log to the last subscriber)",
      "metric Function errors and throttles",
      "metric Function duration (ms, p99)",
      "log Channels by lag of fanout (ms)",
      "log Warnings and errors of the functions",
    ]
    error_message = "The dashboard must have these widgets, the most urgent first."
  }

  assert {
    condition = (
      strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["tablecast", "AuthorizerErrors", { label = "authorize-errors" }]))
      && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["AWS/Lambda", "Errors", "FunctionName", "tablecast-authorize", { label = "rejected by authorize" }]))
      && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["AWS/Lambda", "Errors", "FunctionName", "tablecast-dispatch", { label = "dispatch-errors" }]))
    )
    error_message = "The dashboard must not count rejected clients as function errors."
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["fanout-lag"].threshold == 30000
      && one([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.properties.query if widget.properties.title == "Channels by lag of fanout (ms)"])
      == "SOURCE '/aws/lambda/tablecast-fanout' | filter ispresent(FanOutLag) | stats max(FanOutLag) as lag by channel | sort lag desc | limit 10"
    )
    error_message = "The alarm must compare milliseconds, and the dashboard must list the worst ten channels."
  }
}

run "forty_pipes_have_summaries_by_severity" {
  command = plan
  module { source = "./modules/watch" }

  variables {
    summaries = true
    pipes = {
      for number in range(40) : "pipe-${number}" => {
        name = "tablecast-pipe-${number}", dead_letters = "tablecast-pipe-${number}-dead-letters", table = "pipe-${number}", stream_label = "2026-11-23T00:00:00.000", bus = true
      }
    }
  }

  assert {
    condition = (
      length(aws_cloudwatch_composite_alarm.owner) == 2 * 42 && keys(aws_cloudwatch_composite_alarm.deployment) == ["critical", "warning"]
      && alltrue([for alarm in concat(values(aws_cloudwatch_composite_alarm.owner), values(aws_cloudwatch_composite_alarm.deployment)) :
      length(alarm.alarm_rule) <= 10240 && length(regexall("ALARM", alarm.alarm_rule)) <= 100])
    )
    error_message = "Each pipe, the functions and clients must have two summaries, within the limits of CloudWatch."
  }

  assert {
    condition = (
      aws_cloudwatch_composite_alarm.owner["pipe-4-warning"].alarm_rule
      == join(" OR ", [for name in ["damaged", "rejected", "stale", "too-large"] : "ALARM(\"tablecast-pipe-4-${name}\")"])
      && aws_cloudwatch_composite_alarm.owner["pipe-4-warning"].alarm_actions == toset(var.warning_actions)
      && aws_cloudwatch_composite_alarm.owner["pipe-4-critical"].alarm_actions == toset(var.critical_actions)
    )
    error_message = "A summary must have the alarms of its pipe and severity only: ${aws_cloudwatch_composite_alarm.owner["pipe-4-warning"].alarm_rule}"
  }

  assert {
    condition     = toset(flatten([for alarm in aws_cloudwatch_composite_alarm.owner : flatten(regexall("ALARM\\(\"([^\"]*)\"\\)", alarm.alarm_rule))])) == toset(output.alarms)
    error_message = "Each alarm must belong to a summary."
  }

  assert {
    condition = alltrue([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)) :
      length(alarm.alarm_actions) + length(alarm.ok_actions) == 0
    ])
    error_message = "A single alarm must not notify beside its summary."
  }

  assert {
    condition = (
      jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets[0].properties.title == "Summaries of the alarms"
      && alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : length(widget.properties.alarms) <= 100 if widget.type == "alarm"])
    )
    error_message = "The summaries must be on top, and no widget may have more than 100 alarms."
  }
}

run "alarms_of_fanout_have_time_for_workers_that_emit_at_their_timeout" {
  command = plan
  module { source = "./modules/watch" }

  assert {
    condition = alltrue([for alarm in [for key in ["fanout-lag", "fanout-throttled"] : aws_cloudwatch_metric_alarm.this[key]] :
      alarm.period == 300 && alarm.evaluation_periods == 3 && alarm.datapoints_to_alarm == 2
    ])
    error_message = "A worker with constant work emits one line in 300 seconds, so two of three such periods must start the alarm."
  }
}

run "alarms_of_fanout_follow_a_longer_timeout" {
  command = plan
  module { source = "./modules/watch" }

  variables {
    fanout = { log_group = "/aws/lambda/tablecast-fanout", dead_letters = "tablecast-fanout-dead-letters", timeout = 610, lag_seconds = 30 }
  }

  assert {
    condition = alltrue([for alarm in [for key in ["fanout-lag", "fanout-throttled"] : aws_cloudwatch_metric_alarm.this[key]] :
      alarm.period == 660 && alarm.period * alarm.evaluation_periods <= 86400
    ])
    error_message = "A period must be at least as long as the timeout, in whole minutes, and the alarm must look at a day at most."
  }
}

run "a_pipe_whose_name_ends_like_another_alarm_keeps_its_severities" {
  command = plan
  module { source = "./modules/watch" }

  variables {
    pipes = {
      shop-api = { name = "tablecast-shop-api", dead_letters = "tablecast-shop-api-dead-letters", table = "shop-api", stream_label = "2026-11-23T00:00:00.000", bus = true }
    }
  }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["shop-api-refused"].alarm_actions == toset(var.critical_actions)
      && aws_cloudwatch_metric_alarm.this["api-refused"].alarm_actions == toset(var.warning_actions)
    )
    error_message = "The alarm api-refused is a warning, and the alarm of the pipe shop-api is critical."
  }
}
