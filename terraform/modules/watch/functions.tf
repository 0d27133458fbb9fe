locals {
  function_alarms = merge(local.function_errors, local.authorizer_errors, local.function_throttles)

  function_errors = {
    for function, at in var.functions : "${function}-errors" => merge(local.at_once, {
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = at.name }
      description = "The function ${at.name} crashes, or takes too long: see ${at.log_group}."
    }) if function != var.authorizer
  }

  authorizer_errors = {
    for function, filter in aws_cloudwatch_log_metric_filter.authorizer : "${function}-errors" => merge(local.at_once, {
      namespace   = filter.metric_transformation[0].namespace
      metric      = filter.metric_transformation[0].name
      dimensions  = {}
      description = "authorize has no keys to verify tokens with, or does not start: nobody can connect. See ${filter.log_group_name}."
    })
  }

  function_throttles = {
    for function, at in var.functions : "${function}-throttles" => merge(local.lasting, {
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = at.name }
      description = "The function ${at.name} is called more often than the account, or its reservation, lets it run."
    })
  }
}

# It answers a refusal with an error, as API Gateway wants it, so Lambda's own count says nothing. Refusals are logged as INFO.
resource "aws_cloudwatch_log_metric_filter" "authorizer" {
  for_each = { for function, at in var.functions : function => at if function == var.authorizer }

  name           = "errors"
  log_group_name = each.value.log_group
  pattern        = "{ $.level = \"ERROR\" }"

  metric_transformation {
    namespace = var.namespace
    name      = "AuthorizerErrors"
    value     = "1"
    unit      = "Count"
  }
}
