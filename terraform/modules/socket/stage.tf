# WebSocket APIs are not deployed by themselves: what is not in a deployment is not live.
resource "aws_apigatewayv2_deployment" "this" {
  api_id = aws_apigatewayv2_api.this.id
  triggers = {
    content = sha1(jsonencode({
      routes     = var.routes
      authorizer = var.authorizer
      ids        = concat([for route in aws_apigatewayv2_route.this : route.id], aws_apigatewayv2_authorizer.this[*].id)
      module     = filesha1("${path.module}/main.tf")
    }))
  }

  # A deployment is of the routes that are there by then.
  depends_on = [aws_apigatewayv2_route.this]

  # The stage moves to the new deployment before the old one goes.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "this" {
  #checkov:skip=CKV_AWS_76:access logs need a role for the whole account, so access_logs is a variable: see terraform/README.md
  api_id        = aws_apigatewayv2_api.this.id
  name          = var.stage
  deployment_id = aws_apigatewayv2_deployment.this.id

  # Without throttles the provider sends 0 and 0, and API Gateway refuses everything.
  default_route_settings {
    throttling_rate_limit    = var.throttle.rate
    throttling_burst_limit   = var.throttle.burst
    detailed_metrics_enabled = false
    data_trace_enabled       = false
    logging_level            = "OFF"
  }

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.access[*].arn
    content {
      destination_arn = access_log_settings.value
      format          = local.access_log_format
    }
  }

  depends_on = [aws_api_gateway_account.this]
}
