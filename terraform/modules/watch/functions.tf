locals {
  function_alarms = merge([for function, at in var.functions : {
    "${function}-errors" = merge(local.at_once, {
      namespace   = "AWS/Lambda"
      metric      = "Errors"
      dimensions  = { FunctionName = at.name }
      description = "The function ${at.name} crashes, or takes too long: see ${at.log_group}."
    })

    "${function}-throttles" = merge(local.lasting, {
      namespace   = "AWS/Lambda"
      metric      = "Throttles"
      dimensions  = { FunctionName = at.name }
      description = "The function ${at.name} is called more often than the account, or its reservation, lets it run."
    })
  }]...)
}
