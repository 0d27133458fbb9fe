mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name  = "tablecast"
  stage = "live"
  routes = {
    "$connect" = { function_name = "tablecast-connect", qualifier = "live", invoke_arn = "arn:aws:apigateway:connect" }
    subscribe  = { function_name = "tablecast-subscribe", qualifier = "live", invoke_arn = "arn:aws:apigateway:subscribe" }
  }
  throttle           = { rate = 500, burst = 400 }
  access_logs        = "off"
  aws                = { partition = "aws", region = "eu-central-1", account = "111122223333" }
  log_retention_days = 30
  kms_key_arn        = null
}

run "a_socket_has_routes_and_throttles" {
  command = plan
  module { source = "./modules/socket" }

  assert {
    condition = (
      aws_apigatewayv2_api.this.protocol_type == "WEBSOCKET"
      && aws_apigatewayv2_api.this.route_selection_expression == "$request.body.action"
    )
    error_message = "The API must route messages by their action."
  }

  assert {
    condition = (
      aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 500
      && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 400
      && !aws_apigatewayv2_stage.this.default_route_settings[0].data_trace_enabled
    )
    error_message = "The stage must have the throttles, and must not log messages."
  }

  assert {
    condition     = aws_apigatewayv2_route.this["$connect"].authorization_type == "NONE" && length(aws_apigatewayv2_authorizer.this) == 0
    error_message = "Without an authorizer $connect must accept all clients."
  }

  assert {
    condition = { for key, permission in aws_lambda_permission.route : permission.function_name => permission.source_arn } == {
      tablecast-connect   = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/$connect"
      tablecast-subscribe = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/subscribe"
    }
    error_message = "Only its own route may call each function."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.access) + length(aws_api_gateway_account.this) + length(aws_apigatewayv2_stage.this.access_log_settings) == 0
    error_message = "Access logs must be off, and the logging role of the account must not change."
  }
}

run "destroy_clears_the_logging_role_of_the_account" {
  command = plan
  module { source = "./modules/socket" }
  variables { access_logs = "on-with-role" }

  assert {
    condition = (
      terraform_data.account_reset[0].input.role == aws_iam_role.logging[0].arn
      && terraform_data.account_reset[0].input.clear
      == "aws apigateway update-account --region eu-central-1 --patch-operations op=replace,path=/cloudwatchRoleArn,value="
      # Tests cannot see provisioners.
      && strcontains(file("./modules/socket/logs.tf"), "when    = destroy")
    )
    error_message = "Version 5 of the provider leaves the role, so the AWS CLI must clear it: ${jsonencode(terraform_data.account_reset[0].input)}"
  }
}

run "an_authorizer_and_access_logs_are_applied" {
  command = plan
  module { source = "./modules/socket" }

  variables {
    authorizer  = { function_name = "tablecast-authorize", qualifier = "live", invoke_arn = "arn:aws:apigateway:authorize" }
    access_logs = "on-with-role"
  }

  assert {
    condition = (
      aws_apigatewayv2_route.this["$connect"].authorization_type == "CUSTOM"
      && aws_apigatewayv2_route.this["subscribe"].authorization_type == "NONE"
      && aws_apigatewayv2_route.this["$connect"].authorizer_id == "a1u2t3"
      && aws_apigatewayv2_authorizer.this[0].authorizer_type == "REQUEST"
    )
    error_message = "The authorizer must authorize $connect only."
  }

  assert {
    condition     = try(length(aws_apigatewayv2_authorizer.this[0].identity_sources), 0) == 0
    error_message = "The authorizer must have no identity sources."
  }

  assert {
    condition = (
      aws_lambda_permission.authorizer[0].source_arn == "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/authorizers/a1u2t3"
      && aws_lambda_permission.authorizer[0].function_name == "tablecast-authorize"
    )
    error_message = "Only this API may call authorize, as its authorizer."
  }

  assert {
    condition = (
      length(aws_api_gateway_account.this) == 1
      && !can(regex("(?i)query|header|authorizer|path", aws_apigatewayv2_stage.this.access_log_settings[0].format))
      && length(split("\n", aws_apigatewayv2_stage.this.access_log_settings[0].format)) == 1
    )
    error_message = "The access log must be one line without fields that can contain a token."
  }
}

run "a_domain_can_be_the_only_address" {
  command = plan
  module { source = "./modules/socket" }
  variables { domain = { name = "events.example.com", certificate_arn = "arn:aws:acm:eu-central-1:111122223333:certificate/mock", path = "v1", only = true } }

  assert {
    condition = (
      aws_apigatewayv2_domain_name.this[0].domain_name == "events.example.com"
      && aws_apigatewayv2_api_mapping.this[0].api_mapping_key == "v1" && aws_apigatewayv2_api_mapping.this[0].stage == "live"
      && aws_apigatewayv2_api.this.disable_execute_api_endpoint
    )
    error_message = "The domain must map to the stage, and the default address must be closed."
  }

  assert {
    condition     = output.management_endpoint == "https://events.example.com/v1" && output.domain_address == "events.example.com/v1"
    error_message = "Functions must post to the domain, because the default address is closed: ${output.management_endpoint}"
  }
}

run "a_domain_can_exist_already" {
  command = plan
  module { source = "./modules/socket" }
  variables { domain = { name = "events.example.com", existing = true } }

  assert {
    condition = (
      length(aws_apigatewayv2_domain_name.this) == 0 && aws_apigatewayv2_api_mapping.this[0].domain_name == "events.example.com"
      && !aws_apigatewayv2_api.this.disable_execute_api_endpoint
      && output.management_endpoint == "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/live" && output.domain_target == null
    )
    error_message = "The domain must be mapped and not created, and functions must post to the default address."
  }
}
