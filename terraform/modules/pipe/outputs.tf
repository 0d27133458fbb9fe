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
    name = split(":", local.letters_arn)[5]
    url = (
      var.existing_dead_letters == null
      ? aws_sqs_queue.dead_letters[0].url
      : "https://sqs.${split(":", local.letters_arn)[3]}.${var.aws.dns_suffix}/${split(":", local.letters_arn)[4]}/${split(":", local.letters_arn)[5]}"
    )
    arn = local.letters_arn
  }
}
