# docs/guides/operate.md has a runbook for each alarm. Missing data counts as healthy, because a table without changes emits
# no metrics.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.all_alarms

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description
  tags              = var.tags

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

  # Summaries notify instead.
  alarm_actions = var.summaries ? [] : local.actions[local.severities[each.key]]
  ok_actions    = var.summaries ? [] : local.actions[local.severities[each.key]]

  # An alarm on several metrics has an expression, which uses the names of its sources.
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
    for_each = try(each.value.sources, {})
    content {
      id = metric_query.key
      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        dimensions  = metric_query.value.dimensions
        stat        = metric_query.value.statistic
        period      = each.value.period
      }
    }
  }
}

# AWS has no metric for a stopped pipe, whether an operator or AWS itself stopped it. So this alarm compares what is written
# with what is read. CloudWatch can receive one of them later than the other, and a batch that is retried is not read again, so
# the alarm needs two periods. A quiet table is neither written nor read, and its alarm is off.
resource "aws_cloudwatch_metric_alarm" "stopped" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stopped"
  alarm_description = "The table ${each.value.table} changes, and no one reads its stream: the pipe ${each.value.name} is stopped or broken. Start it within 24 hours, or records are lost."
  tags              = var.tags

  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 12
  datapoints_to_alarm = 2
  treat_missing_data  = "notBreaching"

  alarm_actions = var.summaries ? [] : var.critical_actions
  ok_actions    = var.summaries ? [] : var.critical_actions

  metric_query {
    id          = "unread"
    label       = "Changes that nobody read"
    expression  = "IF(FILL(written, 0) > 0 AND FILL(reads, 0) < 1, 1, 0)"
    return_data = true
  }

  metric_query {
    id = "written"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ConsumedWriteCapacityUnits"
      dimensions  = { TableName = each.value.table }
      stat        = "Sum"
      period      = 900
    }
  }

  metric_query {
    id = "reads"
    metric {
      namespace   = "AWS/DynamoDB"
      metric_name = "ReturnedRecordsCount"
      dimensions  = { TableName = each.value.table, StreamLabel = each.value.stream_label, Operation = "GetRecords" }
      stat        = "SampleCount"
      period      = 900
    }
  }
}

# A few connections end without a $disconnect event. When many do, $disconnect events are lost or disconnect fails.
resource "aws_cloudwatch_metric_alarm" "stale" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stale"
  alarm_description = "More than 20 % of the frames of the pipe ${each.key} went to closed connections. Check the function disconnect."
  tags              = var.tags

  comparison_operator = "GreaterThanThreshold"
  threshold           = 20
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = var.summaries ? [] : var.warning_actions
  ok_actions    = var.summaries ? [] : var.warning_actions

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
