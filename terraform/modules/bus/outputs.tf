output "name" {
  description = "The name of the bus."
  value       = local.name
}

output "undelivered" {
  description = "The name of the queue for events that the bus cannot process, if the bus has a key."
  value       = one(aws_sqs_queue.undelivered[*].name)
}

output "arn" {
  description = "The ARN of the bus."
  value       = local.arn
}
