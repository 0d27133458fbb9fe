# Derived from the API, not from the stage: the stage depends on the functions, and dispatch depends on this value.
output "management_endpoint" {
  description = "The @connections address, to which functions post frames."
  value = (
    local.is_closed
    ? "https://${local.address}"
    : "${replace(aws_apigatewayv2_api.this.api_endpoint, "wss://", "https://")}/${var.stage}"
  )
}

output "domain_address" {
  description = "The address of the socket at the domain, without a scheme; null without a domain."
  value       = local.address
}

output "domain_target" {
  description = "The target of a DNS alias record for the domain: its name and its Route 53 zone. null unless this module creates the domain."
  value = one([
    for domain in aws_apigatewayv2_domain_name.this : {
      name    = domain.domain_name_configuration[0].target_domain_name
      zone_id = domain.domain_name_configuration[0].hosted_zone_id
    }
  ])
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
