# Derived from the API, not from the stage: the stage depends on the functions, and dispatch depends on this value.
output "management_endpoint" {
  description = "The @connections address, to which functions post frames."
  value       = "${replace(aws_apigatewayv2_api.this.api_endpoint, "wss://", "https://")}/${var.stage}"
}

output "stage_arn" {
  description = "The ARN of the stage, for IAM permissions."
  value       = "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}"
}

output "api_id" {
  description = "The id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "authorization" {
  description = "The authorization type of $connect: CUSTOM with an authorizer, otherwise NONE."
  value       = aws_apigatewayv2_route.this["$connect"].authorization_type
}
