mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name  = "tablecast"
  stage = "live"
  routes = {
    "$connect" = { function_name = "tablecast-connect", invoke_arn = "arn:aws:apigateway:connect" }
    subscribe  = { function_name = "tablecast-subscribe", invoke_arn = "arn:aws:apigateway:subscribe" }
  }
  throttle           = { rate = 500, burst = 400 }
  access_logs        = "off"
  log_retention_days = 30
  kms_key_arn        = null
}

run "a_socket_is_live_and_throttled" {
  command = plan
  module { source = "./modules/socket" }

  assert {
    condition = (
      aws_apigatewayv2_api.this.protocol_type == "WEBSOCKET"
      && aws_apigatewayv2_api.this.route_selection_expression == "$request.body.action"
    )
    error_message = "Messages are routed by their action."
  }

  assert {
    condition = (
      aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 500
      && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 400
      && !aws_apigatewayv2_stage.this.default_route_settings[0].data_trace_enabled
    )
    error_message = "The stage has throttles above 0, and logs no messages."
  }

  assert {
    condition     = aws_apigatewayv2_route.this["$connect"].authorization_type == "NONE" && length(aws_apigatewayv2_authorizer.this) == 0
    error_message = "Without an authorizer nobody is asked."
  }

  assert {
    condition = { for key, permission in aws_lambda_permission.route : permission.function_name => permission.source_arn } == {
      tablecast-connect   = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/$connect"
      tablecast-subscribe = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/subscribe"
    }
    error_message = "Each function may be called by its route only."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.access) + length(aws_api_gateway_account.this) + length(aws_apigatewayv2_stage.this.access_log_settings) == 0
    error_message = "Access logs are off, and the account's setting is left alone."
  }
}

run "an_authorizer_is_asked_and_access_is_logged" {
  command = plan
  module { source = "./modules/socket" }

  variables {
    authorizer  = { function_name = "tablecast-authorize", invoke_arn = "arn:aws:apigateway:authorize" }
    access_logs = "on-with-role"
  }

  assert {
    condition = (
      aws_apigatewayv2_route.this["$connect"].authorization_type == "CUSTOM"
      && aws_apigatewayv2_route.this["subscribe"].authorization_type == "NONE"
      && aws_apigatewayv2_route.this["$connect"].authorizer_id == "a1u2t3"
      && aws_apigatewayv2_authorizer.this[0].authorizer_type == "REQUEST"
    )
    error_message = "The authorizer is asked when a client connects, as API Gateway has it."
  }

  assert {
    condition     = try(length(aws_apigatewayv2_authorizer.this[0].identity_sources), 0) == 0
    error_message = "The authorizer is asked wherever the token is, and without one too."
  }

  assert {
    condition = (
      aws_lambda_permission.authorizer[0].source_arn == "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/authorizers/a1u2t3"
      && aws_lambda_permission.authorizer[0].function_name == "tablecast-authorize"
    )
    error_message = "authorize may be called as this API's authorizer only."
  }

  assert {
    condition = (
      length(aws_api_gateway_account.this) == 1
      && !can(regex("(?i)query|header|authorizer|path", aws_apigatewayv2_stage.this.access_log_settings[0].format))
      && length(split("\n", aws_apigatewayv2_stage.this.access_log_settings[0].format)) == 1
    )
    error_message = "The access log is one line, in which no token can be."
  }
}
