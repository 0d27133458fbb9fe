output "name" {
  description = "The name of the EventBridge pipe."
  value       = aws_pipes_pipe.this.name
}

output "arn" {
  description = "The ARN of the EventBridge pipe."
  value       = aws_pipes_pipe.this.arn
}

output "dead_letters" {
  description = "The name, URL and ARN of the dead-letter queue."
  value = {
    name = aws_sqs_queue.dead_letters.name
    url  = aws_sqs_queue.dead_letters.url
    arn  = aws_sqs_queue.dead_letters.arn
  }
}
