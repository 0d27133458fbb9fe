output "name" {
  description = "The bus's name."
  value       = aws_cloudwatch_event_bus.this.name
}

output "arn" {
  description = "The bus's ARN."
  value       = aws_cloudwatch_event_bus.this.arn
}
