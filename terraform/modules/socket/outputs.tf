# Of the API and not of the stage: the stage needs the functions, and dispatch needs this.
output "management_endpoint" {
  description = "Where frames are posted to connections."
  value       = "${replace(aws_apigatewayv2_api.this.api_endpoint, "wss://", "https://")}/${var.stage}"
}

output "stage_arn" {
  description = "The ARN under which requests to the stage are permitted."
  value       = "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}"
}

output "api_id" {
  description = "The API's id."
  value       = aws_apigatewayv2_api.this.id
}

output "authorization" {
  description = "What is asked at $connect: CUSTOM, the authorizer, or NONE."
  value       = aws_apigatewayv2_route.this["$connect"].authorization_type
}
