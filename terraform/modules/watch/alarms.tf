# docs/operations.md says of each alarm what it means and what to do. All are silent where nothing is told, because a
# table that nobody changes tells nothing; but for `stopped`, which is the silence itself.
resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = merge(local.pipe_alarms, local.function_alarms)

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = each.value.description

  namespace   = each.value.namespace
  metric_name = each.value.metric
  dimensions  = each.value.dimensions
  statistic   = each.value.statistic
  period      = each.value.period

  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  treat_missing_data  = "notBreaching"

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions
}

# An idle pipe polls its stream four times a second. One that was stopped, by hand or by AWS after many refusals, has no
# metric that says so; but nobody polls.
resource "aws_cloudwatch_metric_alarm" "stopped" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stopped"
  alarm_description = "Nothing reads the stream of ${each.value.table}: the pipe ${each.value.name} is stopped or broken. After 24 hours records are lost."

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

# Some connections end without a $disconnect: that many do means that it does not arrive, or fails.
resource "aws_cloudwatch_metric_alarm" "stale" {
  for_each = var.pipes

  alarm_name        = "${var.name}-${each.key}-stale"
  alarm_description = "More than a fifth of the pushes of ${each.key} found the connection gone: is the function disconnect failing?"

  comparison_operator = "GreaterThanThreshold"
  threshold           = 20
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"

  alarm_actions = var.alarm_actions
  ok_actions    = var.alarm_actions

  metric_query {
    id          = "share"
    label       = "Pushes that found nobody, in percent"
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
