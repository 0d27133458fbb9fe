variable "throttle" {
  description = "The limit of each WebSocket route, in messages a second (rate) and at once (burst). The account limit for all APIs together is 10,000 and 5,000."
  type = object({
    rate  = optional(number, 500)
    burst = optional(number, 500)
  })
  default = {}

  validation {
    condition     = var.throttle.rate > 0 && var.throttle.burst > 0
    error_message = "throttle: API Gateway rejects all messages when rate or burst is 0. Use values above 0."
  }
}

variable "domain" {
  description = "A domain of your own for the socket. `certificate_arn` is an ACM certificate of the same region; leave it out if API Gateway has the domain name already (`existing`). `path` lets several deployments share a domain. `only` closes the default address; do that in a second apply, when DNS points to the output domain_target."
  type = object({
    name            = string
    certificate_arn = optional(string)
    existing        = optional(bool, false)
    path            = optional(string)
    only            = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.domain == null || can(regex("^[a-z0-9-]+([.][a-z0-9-]+)+$", var.domain.name))
    error_message = "domain: name is not a host name. Use a name such as events.example.com, in lowercase and without a scheme or a path."
  }

  validation {
    condition     = alltrue([for domain in var.domain[*] : domain.existing == (domain.certificate_arn == null)])
    error_message = "domain: certificate_arn is missing, or existing is set too. Set certificate_arn for a new domain name, or existing for one that API Gateway has already."
  }

  validation {
    condition     = try(var.domain.path, null) == null || can(regex("^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$", var.domain.path))
    error_message = "domain: path is not a path. Use letters, digits, hyphens, dots and underscores, without a slash at the beginning or the end."
  }
}

variable "management_endpoint" {
  description = "For emulators only: the address that serves WebSocket APIs as /<API id>/<stage>. On AWS each API has its own address."
  type        = string
  default     = null
}

locals {
  # The `action` of each client message. API Gateway routes a message by it.
  client_messages = ["subscribe", "unsubscribe", "ping", "refresh", "state"]

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
  socket_address = var.domain == null ? replace(local.management_endpoint, "/^http/", "ws") : "wss://${module.socket.domain_address}"
}

module "socket" {
  source = "./modules/socket"

  name       = var.name
  stage      = local.stage
  routes     = { for key, function in local.routes : key => module.function[function].alias }
  authorizer = var.tokens == null ? null : module.function["authorize"].alias
  domain     = var.domain

  throttle           = var.throttle
  access_logs        = var.access_logs
  aws                = local.aws
  iam                = local.iam
  tags               = local.tags
  existing_log_group = var.existing_log_groups.access
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
