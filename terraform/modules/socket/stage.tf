# WebSocket APIs have no automatic deployment. A change is live only when a deployment contains it.
resource "aws_apigatewayv2_deployment" "this" {
  api_id = aws_apigatewayv2_api.this.id
  triggers = {
    content = sha1(jsonencode({
      routes     = var.routes
      authorizer = var.authorizer
      ids        = concat([for route in aws_apigatewayv2_route.this : route.id], aws_apigatewayv2_authorizer.this[*].id)
      module     = filesha1("${path.module}/main.tf")
      closed     = local.is_closed
    }))
  }

  # A deployment contains the routes that exist when it is created.
  depends_on = [aws_apigatewayv2_route.this, aws_lambda_permission.route, aws_lambda_permission.authorizer]

  # The stage changes to the new deployment before Terraform deletes the old one.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "this" {
  #checkov:skip=CKV_AWS_76:access logs need a role that applies to the whole account, so access_logs is opt-in
  api_id        = aws_apigatewayv2_api.this.id
  name          = var.stage
  deployment_id = aws_apigatewayv2_deployment.this.id
  tags          = var.tags

  # Without these limits the provider sends 0, and API Gateway rejects all messages.
  default_route_settings {
    throttling_rate_limit    = var.throttle.rate
    throttling_burst_limit   = var.throttle.burst
    detailed_metrics_enabled = false
    data_trace_enabled       = false
    logging_level            = "OFF"
  }

  dynamic "access_log_settings" {
    for_each = local.access_log_groups
    content {
      destination_arn = access_log_settings.value
      format          = local.access_log_format
    }
  }

  depends_on = [aws_api_gateway_account.this]
}
