locals {
  function_alarms = merge(local.function_errors, local.authorizer_errors, local.function_throttles, local.fanout_alarms)

  function_errors = {
    for function, at in var.functions : "${function}-errors" => merge(local.immediate, {
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = at.name }
      description = "The function ${at.name} crashed or timed out. See the log group ${at.log_group}."
    }) if function != var.authorizer
  }

  authorizer_errors = {
    for function, filter in aws_cloudwatch_log_metric_filter.authorizer : "${function}-errors" => merge(local.immediate, {
      namespace   = filter.metric_transformation[0].namespace
      metric      = filter.metric_transformation[0].name
      dimensions  = {}
      description = "authorize has no keys to verify tokens, does not start, crashes or times out, and no client can connect. See the log group ${filter.log_group_name}."
    })
  }

  function_throttles = {
    for function, at in var.functions : "${function}-throttles" => merge(local.sustained, {
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = at.name }
      description = "Lambda throttles the function ${at.name}. Raise the concurrency of the account, or functions.${function}.reserved_concurrency."
    })
  }
}

locals {
  bus_alarms = { for queue in var.undelivered[*] : "bus-undelivered" => merge(local.immediate, {
    namespace   = "AWS/SQS"
    metric      = "ApproximateNumberOfMessagesVisible"
    dimensions  = { QueueName = queue }
    statistic   = "Maximum"
    description = "The bus accepted events and cannot process them, because it cannot use its KMS key. Rules do not receive them."
  }) }
}

# authorize rejects a client by failing, as API Gateway requires, so Lambda's Errors metric counts rejected clients too. This
# filter counts real failures: lines of authorize at ERROR, and Lambda's reports of a timeout or a crash. authorize logs
# rejected clients at INFO.
resource "aws_cloudwatch_log_metric_filter" "authorizer" {
  for_each = { for function, at in var.functions : function => at if function == var.authorizer }

  # Deployments can share a log group, and a filter replaces another one with its name.
  name           = "${var.name}-${each.key}-errors"
  log_group_name = each.value.log_group
  pattern        = "{ ($.level = \"ERROR\") || (($.type = \"platform.report\") && (($.record.status = \"timeout\") || ($.record.errorType = \"Runtime.*\"))) }"

  metric_transformation {
    namespace = var.namespace
    name      = "AuthorizerErrors"
    value     = "1"
    unit      = "Count"
  }
}
