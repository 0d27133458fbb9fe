output "alarms" {
  description = "The names of the alarms."
  value       = sort(local.alarms[*].alarm_name)
}

output "dashboard" {
  description = "The name of the dashboard."
  value       = aws_cloudwatch_dashboard.this.dashboard_name
}
