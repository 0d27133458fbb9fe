resource "aws_apigatewayv2_api" "this" {
  name                       = var.name
  description                = "The WebSocket API that sends events to clients"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
  tags                       = var.tags

  disable_execute_api_endpoint = local.is_closed
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  integration_type   = "AWS_PROXY"
  integration_method = "POST"
  integration_uri    = each.value.invoke_arn

  # The permissions of an earlier target stay until the stage has a deployment without it.
  depends_on = [aws_lambda_permission.route]
}

resource "aws_apigatewayv2_route" "this" {
  #checkov:skip=CKV_AWS_309:API Gateway can authorize only $connect, and the module's caller chooses the authorizer
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  authorization_type = each.key == "$connect" && var.authorizer != null ? "CUSTOM" : "NONE"
  authorizer_id      = each.key == "$connect" ? one(aws_apigatewayv2_authorizer.this[*].id) : null
}

# The token can be in one of three places, so there are no identity sources: with one, API Gateway would reject clients
# that send the token elsewhere without calling the function. WebSocket APIs do not cache the function's result.
resource "aws_apigatewayv2_authorizer" "this" {
  count = var.authorizer == null ? 0 : 1

  api_id          = aws_apigatewayv2_api.this.id
  name            = "${var.name}-authorizer"
  authorizer_type = "REQUEST"
  authorizer_uri  = var.authorizer.invoke_arn

  # API Gateway cannot delete an authorizer that a route refers to, so the route changes first.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "route" {
  for_each = var.routes

  action        = "lambda:InvokeFunction"
  function_name = each.value.function_name
  qualifier     = each.value.qualifier
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}/${each.key}"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "authorizer" {
  count = var.authorizer == null ? 0 : 1

  action        = "lambda:InvokeFunction"
  function_name = var.authorizer.function_name
  qualifier     = var.authorizer.qualifier
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this[0].id}"

  lifecycle {
    create_before_destroy = true
  }
}
