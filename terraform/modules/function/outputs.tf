output "name" {
  description = "The name of the function."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The ARN of the function, for pipes."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "The ARN for API Gateway integrations."
  value       = aws_lambda_function.this.invoke_arn
}

output "log_group" {
  description = "The name of the log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy" {
  description = "The IAM policy of the function as JSON."
  value       = local.policy
}
