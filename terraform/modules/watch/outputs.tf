output "alarms" {
  description = "The alarms' names."
  value = sort([for alarm in concat(
    values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.stopped), values(aws_cloudwatch_metric_alarm.stale)
  ) : alarm.alarm_name])
}

output "dashboard" {
  description = "The dashboard's name."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
