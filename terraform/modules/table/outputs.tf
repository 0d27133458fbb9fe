output "name" {
  description = "The name of the table."
  value       = aws_dynamodb_table.this.name
}

output "arn" {
  description = "The ARN of the table."
  value       = aws_dynamodb_table.this.arn
}

output "stream_arn" {
  description = "The ARN of the stream, if the table has one."
  value       = aws_dynamodb_table.this.stream_arn
}
