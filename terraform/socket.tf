locals {
  # The function of each route. Messages of an unknown action are answered too.
  routes = {
    "$connect"    = "connect"
    "$disconnect" = "disconnect"
    subscribe     = "subscribe"
    unsubscribe   = "subscribe"
    ping          = "subscribe"
    refresh       = "subscribe"
    "$default"    = "subscribe"
  }

  stage = "live"

  # An emulator has one address for all APIs; on AWS each has its own.
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
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
