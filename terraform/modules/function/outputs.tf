output "name" {
  description = "The name of the function."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The ARN of the alias that serves, for pipes and other functions."
  value       = aws_lambda_alias.live.arn
}

output "alias" {
  description = "The function as API Gateway and Lambda permissions name it: the name, the alias, and the ARN for integrations."
  value = {
    function_name = aws_lambda_function.this.function_name
    qualifier     = aws_lambda_alias.live.name
    invoke_arn    = aws_lambda_alias.live.invoke_arn
  }
}

output "versions" {
  description = "The newest version, and the one that serves."
  value       = { newest = aws_lambda_function.this.version, serving = aws_lambda_alias.live.function_version }
}

output "log_group" {
  description = "The name of the log group."
  value       = local.log_group.name
}

output "dead_letters" {
  description = "The name, URL and ARN of the queue for invocations that failed; null if nothing invokes the function asynchronously."
  value       = one([for queue in aws_sqs_queue.dead_letters : { name = queue.name, url = queue.url, arn = queue.arn }])
}

output "policy" {
  description = "The IAM policy of the function as JSON."
  value       = local.policy
}
