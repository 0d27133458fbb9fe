# docs/guides/operate.md has a runbook for each alarm. Missing data counts as healthy, because a table without changes emits
# no metrics. The exception is `stopped`, for which missing data is the alarm.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = merge(local.pipe_alarms, local.function_alarms, local.client_alarms)

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description

  namespace   = can(each.value.expression) ? null : each.value.namespace
  metric_name = can(each.value.expression) ? null : each.value.metric
  dimensions  = can(each.value.expression) ? null : each.value.dimensions
  statistic   = can(each.value.expression) ? null : each.value.statistic
  period      = can(each.value.expression) ? null : each.value.period

  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  treat_missing_data  = "notBreaching"

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions

  # An alarm on several metrics has an expression, which uses their names in lower case.
  dynamic "metric_query" {
    for_each = try([each.value.expression], [])
    content {
      id          = "result"
      label       = each.value.label
      expression  = metric_query.value
      return_data = true
    }
  }

  dynamic "metric_query" {
    for_each = try(each.value.metrics, [])
    content {
      id = lower(metric_query.value)
      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value
        dimensions  = each.value.dimensions
        stat        = each.value.statistic
        period      = each.value.period
      }
    }
  }
}

# AWS has no metric for a stopped pipe, whether an operator or AWS itself stopped it. But a running pipe polls its stream
# four times a second, even without changes, and a stopped pipe does not.
resource "aws_cloudwatch_metric_alarm" "stopped" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stopped"
  alarm_description = "No one reads the stream of the table ${each.value.table}: the pipe ${each.value.name} is stopped or broken. Start it within 24 hours, or records are lost."

  namespace   = "AWS/DynamoDB"
  metric_name = "ReturnedRecordsCount"
  dimensions  = { TableName = each.value.table, StreamLabel = each.value.stream_label, Operation = "GetRecords" }
  statistic   = "SampleCount"
  period      = 300

  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 3
  treat_missing_data  = "breaching"

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
}

# A few connections end without a $disconnect event. When many do, $disconnect events are lost or disconnect fails.
resource "aws_cloudwatch_metric_alarm" "stale" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stale"
  alarm_description = "More than 20 % of the frames of the pipe ${each.key} went to closed connections. Check the function disconnect."

  comparison_operator = "GreaterThanThreshold"
  threshold           = 20
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions

  metric_query {
    id          = "share"
    label       = "Frames to closed connections (%)"
    expression  = "IF(FILL(gone, 0) + FILL(delivered, 0) > 100, 100 * FILL(gone, 0) / (FILL(gone, 0) + FILL(delivered, 0)), 0)"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { gone = "Gone", delivered = "Delivered" }
    content {
      id = metric_query.key
      metric {
        namespace   = var.namespace
        metric_name = metric_query.value
        dimensions  = { Pipe = each.key }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}
