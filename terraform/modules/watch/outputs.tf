output "alarms" {
  description = "The names of the alarms."
  value       = sort(local.alarms[*].alarm_name)
}

output "summaries" {
  description = "The names of the composite alarms: of pipes, functions and clients, then of the deployment."
  value       = concat(values(aws_cloudwatch_composite_alarm.owner)[*].alarm_name, values(aws_cloudwatch_composite_alarm.deployment)[*].alarm_name)
}

output "dashboard" {
  description = "The name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
