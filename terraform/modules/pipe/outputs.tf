output "name" {
  description = "The pipe's name on AWS."
  value       = aws_pipes_pipe.this.name
}

output "arn" {
  description = "The pipe's ARN."
  value       = aws_pipes_pipe.this.arn
}

output "dead_letters" {
  description = "The queue of dead letters."
  value = {
    name = aws_sqs_queue.dead_letters.name
    url  = aws_sqs_queue.dead_letters.url
    arn  = aws_sqs_queue.dead_letters.arn
  }
}
