locals {
  # The function of each route. With `replies` what it returns goes back to the caller.
  routes = {
    "$connect"    = { function = "connect" }
    "$disconnect" = { function = "disconnect" }
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
    for key, route in local.routes : key => {
      function_name = module.function[route.function].name
      invoke_arn    = module.function[route.function].invoke_arn
      replies       = try(route.replies, false)
    }
  }

  throttle           = var.throttle
  access_logs        = var.access_logs
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
