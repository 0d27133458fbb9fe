output "name" {
  description = "The name of the bus."
  value       = aws_cloudwatch_event_bus.this.name
}

output "arn" {
  description = "The ARN of the bus."
  value       = aws_cloudwatch_event_bus.this.arn
}
