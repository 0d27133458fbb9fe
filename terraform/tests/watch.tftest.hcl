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
    dispatch  = { name = "tablecast-dispatch", log_group = "/aws/lambda/tablecast-dispatch" }
  }
  authorizer = "authorize"
  pipes = {
    orders = { name = "tablecast-orders", dead_letters = "tablecast-orders-dead-letters", table = "orders", stream_label = "2026-11-23T00:00:00.000" }
  }
  socket        = { api_id = "a1b2c3", stage = "live" }
  lag_seconds   = 60
  alarm_actions = ["arn:aws:sns:eu-central-1:111122223333:operators"]
}

run "alarms_stand_on_the_metrics_that_are_told" {
  command = plan
  module { source = "./modules/watch" }

  assert {
    condition = (
      aws_cloudwatch_metric_alarm.this["orders-lag"].threshold == 60000
      && aws_cloudwatch_metric_alarm.this["orders-lag"].statistic == "Maximum"
      && aws_cloudwatch_metric_alarm.this["orders-lag"].dimensions == tomap({ Pipe = "orders" })
    )
    error_message = "Lag is in milliseconds, and the latest event counts."
  }

  assert {
    condition = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => "${alarm.namespace} ${alarm.metric_name} ${jsonencode(alarm.dimensions)}" } == {
      authorize-errors    = "tablecast AuthorizerErrors {}"
      authorize-throttles = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-authorize\"}"
      dispatch-errors     = "AWS/Lambda Errors {\"FunctionName\":\"tablecast-dispatch\"}"
      dispatch-throttles  = "AWS/Lambda Throttles {\"FunctionName\":\"tablecast-dispatch\"}"
      orders-bus          = "tablecast BusFailures {\"Pipe\":\"orders\"}"
      orders-dead-letters = "AWS/SQS ApproximateNumberOfMessagesVisible {\"QueueName\":\"tablecast-orders-dead-letters\"}"
      orders-failing      = "AWS/EventBridge/Pipes ExecutionFailed {\"PipeName\":\"tablecast-orders\"}"
      orders-lag          = "tablecast Lag {\"Pipe\":\"orders\"}"
      orders-refused      = "tablecast Refused {\"Pipe\":\"orders\"}"
      orders-rejected     = "tablecast Rejected {\"Pipe\":\"orders\"}"
      orders-too-large    = "tablecast TooLarge {\"Pipe\":\"orders\"}"
    }
    error_message = "Each alarm has the metric and the dimension that AWS or dispatch tells it with."
  }

  assert {
    condition = (
      keys(aws_cloudwatch_log_metric_filter.authorizer) == ["authorize"]
      && aws_cloudwatch_log_metric_filter.authorizer["authorize"].log_group_name == "/aws/lambda/tablecast-authorize"
      && aws_cloudwatch_log_metric_filter.authorizer["authorize"].pattern == "{ $.level = \"ERROR\" }"
    )
    error_message = "What authorize cannot decide is an error; that it refuses somebody is none."
  }

  assert {
    condition = (
      alltrue([for alarm in aws_cloudwatch_metric_alarm.this : alarm.treat_missing_data == "notBreaching"])
      && aws_cloudwatch_metric_alarm.stale["orders"].treat_missing_data == "notBreaching"
      && aws_cloudwatch_metric_alarm.stopped["orders"].treat_missing_data == "breaching"
    )
    error_message = "Silence is healthy, but for a stream that nobody reads."
  }

  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)
      ) : alarm.alarm_actions == toset(var.alarm_actions) && alarm.ok_actions == toset(var.alarm_actions)
    ])
    error_message = "Every alarm tells when it begins and when it ends."
  }

  assert {
    condition = [for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : "${widget.type} ${widget.properties.title}"] == [
      "alarm Is it healthy?",
      "metric How late are we? (ms from the change to its dispatch)",
      "metric What flows?",
      "metric What does not arrive, or not whole?",
      "metric What fails and comes again?",
      "metric Who is connected? (connections made and ended, messages)",
      "metric Who was given up?",
      "metric Do the functions fail?",
      "metric Are the functions slow? (ms, p99)",
      "log What do the functions say?",
    ]
    error_message = "The dashboard answers, from the most urgent question to the least."
  }

  assert {
    condition = (
      strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["tablecast", "AuthorizerErrors", { label = "authorize-errors" }]))
      && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["AWS/Lambda", "Errors", "FunctionName", "tablecast-authorize", { label = "not let in by authorize" }]))
      && strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(["AWS/Lambda", "Errors", "FunctionName", "tablecast-dispatch", { label = "dispatch-errors" }]))
    )
    error_message = "A refusal is no failure on the dashboard."
  }
}
