locals {
  # The `action` of each client message. API Gateway routes a message by it.
  client_messages = ["subscribe", "unsubscribe", "ping", "refresh"]

  # The function behind each route. $default receives messages with an unknown action, so that clients get an error.
  routes = merge(
    { "$connect" = "connect", "$disconnect" = "disconnect", "$default" = "subscribe" },
    { for action in local.client_messages : action => "subscribe" },
  )

  stage = "live"

  # On AWS each API has its own address. An emulator serves all APIs under one address.
  management_endpoint = (
    var.management_endpoint == null
    ? module.socket.management_endpoint
    : "${var.management_endpoint}/${module.socket.api_id}/${local.stage}"
  )
}

module "socket" {
  source = "./modules/socket"

  name  = var.name
  stage = local.stage
  routes = {
    for key, function in local.routes : key => {
      function_name = module.function[function].name
      invoke_arn    = module.function[function].invoke_arn
    }
  }
  authorizer = var.tokens == null ? null : {
    function_name = module.function["authorize"].name
    invoke_arn    = module.function["authorize"].invoke_arn
  }

  throttle           = var.throttle
  access_logs        = var.access_logs
  region             = local.aws.region
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
