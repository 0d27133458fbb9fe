variable "functions" {
  description = "Overrides the sizes in functions.tf, by function: memory in MB, timeout in seconds, and reserved concurrency (-1 reserves nothing)."
  type = map(object({
    memory               = optional(number)
    timeout              = optional(number)
    reserved_concurrency = optional(number)
  }))
  default = {}

  validation {
    condition     = length(setsubtract(keys(var.functions), keys(local.default_sizes))) == 0
    error_message = "functions: unknown function ${join(", ", setsubtract(keys(var.functions), keys(local.default_sizes)))}. Use authorize, connect, disconnect, dispatch, enrich, fanout or subscribe."
  }

  validation {
    condition = sum([
      for name in ["enrich", "dispatch"] : coalesce(try(var.functions[name].timeout, null), local.default_sizes[name].timeout)
    ]) < 300
    error_message = "functions: the sum of two timeouts is too long. Keep the timeouts of enrich and dispatch together below 300 seconds, the limit of EventBridge Pipes for one execution."
  }

  validation {
    condition = alltrue([
      for name in ["connect", "disconnect", "subscribe"] : coalesce(try(var.functions[name].timeout, null), local.default_sizes[name].timeout) >= 10
    ])
    error_message = "functions: a timeout is too short. Give connect, disconnect and subscribe at least 10 seconds, because a table that does not respond fails a request after 6."
  }
}

variable "release" {
  description = "Which versions of the functions serve: by default the newest. `versions` maps a function to the published version that serves instead, such as 12 (see the output versions). `canary` is the share of its invocations that the newest version gets, such as 0.1."
  type = object({
    versions = optional(map(string), {})
    canary   = optional(number, 0)
  })
  default = {}

  validation {
    condition     = alltrue([for name, version in var.release.versions : contains(keys(local.default_sizes), name) && can(regex("^[1-9][0-9]*$", version))])
    error_message = "release: versions has an unknown function or an invalid version. Use names of functions and published versions, as in { dispatch = \"12\" }."
  }

  validation {
    condition     = var.release.canary >= 0 && var.release.canary < 1 && (var.release.canary == 0 || length(var.release.versions) > 0)
    error_message = "release: canary is out of range, or versions is empty. Use 0 to 0.99 beside the versions that serve the rest; without versions, the newest serves everything."
  }
}

variable "account_posts_per_second" {
  description = "The requests a second that API Gateway accepts in this account and region, for all its APIs together. fanout uses at most 70 % of them. Some regions have 2,500."
  type        = number
  default     = 10000

  validation {
    condition     = var.account_posts_per_second >= 1 && floor(var.account_posts_per_second) == var.account_posts_per_second
    error_message = "account_posts_per_second: ${var.account_posts_per_second} is not a rate. Use a whole number above 0."
  }
}

variable "code_signing_config_arn" {
  description = "A code signing configuration of Lambda. Sign the packages with AWS Signer before you apply. The default requires no signatures."
  type        = string
  default     = null
}

locals {
  # Memory in MB, timeout in seconds.
  default_sizes = {
    authorize  = { memory = 256, timeout = 10 }
    connect    = { memory = 256, timeout = 10 }
    disconnect = { memory = 256, timeout = 10 }
    subscribe  = { memory = 256, timeout = 29 }
    enrich     = { memory = 512, timeout = 60 }
    dispatch   = { memory = 1024, timeout = 120 }
    fanout     = { memory = 1024, timeout = 300 }
  }

  # To add a function, add an entry here, its size above, and its permissions in permissions.yaml. `deployed` is a condition.
  # `async` is for a function that others invoke without waiting.
  functions = {
    authorize = {
      description = "Verifies the tokens of connecting clients"
      environment = merge(local.token_rules, { ORIGINS = local.origins })
      deployed    = var.tokens != null
    }
    connect = {
      description = "Stores a new connection and its subscriptions"
      environment = { CONNECTIONS_TABLE = module.connections.name, AUTH = var.auth }
    }
    disconnect = {
      description = "Deletes a closed connection and its subscriptions"
      environment = { CONNECTIONS_TABLE = module.connections.name }
    }
    subscribe = {
      description = "Handles client messages and answers them"
      environment = merge(local.token_rules, local.table_rules, {
        CONNECTIONS_TABLE   = module.connections.name
        LOG_TABLE           = module.log.name
        MANAGEMENT_ENDPOINT = local.management_endpoint
        AUTH                = var.auth
      })
      table_keys = distinct(compact([for table in values(local.state_tables) : table.kms_key_arn]))
    }
    enrich = {
      description = "Converts stream records to events"
      environment = merge(local.table_rules, { MAX_EVENT_BYTES = tostring(var.max_event_bytes) })
    }
    dispatch = {
      description = "Appends events to the log, publishes them to the bus and sends them to subscribed connections"
      environment = {
        CONNECTIONS_TABLE   = module.connections.name
        LOG_TABLE           = module.log.name
        REJECTED_TABLE      = module.rejected.name
        BUS_NAME            = module.bus.name
        MAX_EVENT_BYTES     = tostring(var.max_event_bytes)
        MANAGEMENT_ENDPOINT = local.management_endpoint
        FANOUT_FUNCTION     = local.fanout_arn
      }
    }
    # A worker serves a channel for as long as it has events, and starts the next one itself. The schedule replaces workers
    # that died.
    fanout = {
      description = "Sends the events of channels with many subscribers"
      environment = {
        CONNECTIONS_TABLE        = module.connections.name
        LOG_TABLE                = module.log.name
        MANAGEMENT_ENDPOINT      = local.management_endpoint
        FANOUT_FUNCTION          = local.fanout_arn
        ACCOUNT_POSTS_PER_SECOND = tostring(var.account_posts_per_second)
      }
      async = { max_age = 600, recursive = true, schedule = { rate = "rate(1 minute)", payload = jsonencode({ sweep = true }) } }
    }
  }

  # Made of its parts, because the function's own environment has it.
  fanout_arn = "arn:${local.aws.partition}:lambda:${local.aws.region}:${local.aws.account}:function:${var.name}-fanout:live"

  packages = coalesce(var.packages, "${path.module}/../target/lambda/${var.architecture}")

  sizes = {
    for name, size in local.default_sizes : name => {
      memory               = coalesce(try(var.functions[name].memory, null), size.memory)
      timeout              = coalesce(try(var.functions[name].timeout, null), size.timeout)
      reserved_concurrency = coalesce(try(var.functions[name].reserved_concurrency, null), -1)
    }
  }
}

module "function" {
  source   = "./modules/function"
  for_each = { for name, function in local.functions : name => function if try(function.deployed, true) }

  name        = "${var.name}-${each.key}"
  description = each.value.description
  aws         = local.aws
  iam         = local.iam
  tags        = local.tags

  package                 = "${local.packages}/${each.key}.zip"
  architecture            = var.architecture
  code_signing_config_arn = var.code_signing_config_arn
  memory                  = local.sizes[each.key].memory
  timeout                 = local.sizes[each.key].timeout
  reserved_concurrency    = local.sizes[each.key].reserved_concurrency
  stable                  = lookup(var.release.versions, each.key, null)
  canary                  = var.release.canary

  environment = merge(each.value.environment, { METRICS_NAMESPACE = var.name })
  permissions = local.statements[each.key]
  async       = try(each.value.async, null)

  decrypt_key_arns = try(each.value.table_keys, [])

  log_level          = var.log_level
  log_retention_days = var.log_retention_days
  existing_log_group = lookup(var.existing_log_groups.functions, each.key, null)
  tracing            = var.tracing
  kms_key_arn        = var.kms_key_arn
}
