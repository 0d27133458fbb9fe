output "name" {
  description = "The function's name."
  value       = aws_lambda_function.this.function_name
}

output "arn" {
  description = "The function's ARN, which pipes invoke."
  value       = aws_lambda_function.this.arn
}

output "invoke_arn" {
  description = "The address that API Gateway invokes."
  value       = aws_lambda_function.this.invoke_arn
}

output "log_group" {
  description = "The name of its log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "policy" {
  description = "What it may do, as JSON."
  value       = local.policy
}
