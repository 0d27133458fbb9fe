# A domain of your own for the address of the socket. WebSocket APIs cannot share a domain with REST and HTTP APIs.
resource "aws_apigatewayv2_domain_name" "this" {
  count = try(var.domain.existing, true) ? 0 : 1

  domain_name = var.domain.name
  tags        = var.tags

  domain_name_configuration {
    certificate_arn = var.domain.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "this" {
  count = var.domain == null ? 0 : 1

  api_id          = aws_apigatewayv2_api.this.id
  domain_name     = var.domain.existing ? var.domain.name : aws_apigatewayv2_domain_name.this[0].domain_name
  stage           = aws_apigatewayv2_stage.this.name
  api_mapping_key = var.domain.path
}

locals {
  is_closed = try(var.domain.only, false)
  address   = var.domain == null ? null : join("/", compact([var.domain.name, var.domain.path]))
}
