resource "aws_apigatewayv2_api" "this" {
  name                       = var.name
  description                = "The WebSocket that events are pushed to"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  integration_type   = "AWS_PROXY"
  integration_method = "POST"
  integration_uri    = each.value.invoke_arn
}

resource "aws_apigatewayv2_route" "this" {
  #checkov:skip=CKV_AWS_309:only $connect can be authorized, and messages follow it; the authorizer is the caller's to give
  for_each = var.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.this[each.key].id}"
  authorization_type = each.key == "$connect" && var.authorizer != null ? "CUSTOM" : "NONE"
  authorizer_id      = each.key == "$connect" ? one(aws_apigatewayv2_authorizer.this[*].id) : null
}

# Without identity sources, because the token may be at one of three places: API Gateway would refuse who has none at a
# source, and not ask the function. It keeps no answer of it, as it does for other kinds of APIs.
resource "aws_apigatewayv2_authorizer" "this" {
  count = var.authorizer == null ? 0 : 1

  api_id          = aws_apigatewayv2_api.this.id
  name            = "${var.name}-authorizer"
  authorizer_type = "REQUEST"
  authorizer_uri  = var.authorizer.invoke_arn

  # When it is given up, its route lets go of it first: API Gateway deletes none that a route refers to.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lambda_permission" "route" {
  for_each = var.routes

  action        = "lambda:InvokeFunction"
  function_name = each.value.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}/${each.key}"
}

resource "aws_lambda_permission" "authorizer" {
  count = var.authorizer == null ? 0 : 1

  action        = "lambda:InvokeFunction"
  function_name = var.authorizer.function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this[0].id}"
}
