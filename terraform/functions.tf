locals {
  # Memory in MB, timeout in seconds.
  default_sizes = {
    authorize  = { memory = 256, timeout = 10 }
    connect    = { memory = 256, timeout = 10 }
    disconnect = { memory = 256, timeout = 10 }
    subscribe  = { memory = 256, timeout = 29 }
    enrich     = { memory = 512, timeout = 60 }
    dispatch   = { memory = 1024, timeout = 120 }
  }

  # To add a function, add an entry here, its size above, and its permissions in permissions.yaml.
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
      environment = merge(local.token_rules, {
        CONNECTIONS_TABLE   = module.connections.name
        LOG_TABLE           = module.log.name
        MANAGEMENT_ENDPOINT = local.management_endpoint
        AUTH                = var.auth
      })
    }
    enrich = {
      description = "Converts stream records to events"
      environment = { MAX_EVENT_BYTES = tostring(var.max_event_bytes) }
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
      }
    }
  }

  packages = coalesce(var.packages, "${path.root}/../target/lambda/${var.architecture}")

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
  account     = local.aws.account

  package              = "${local.packages}/${each.key}.zip"
  architecture         = var.architecture
  memory               = local.sizes[each.key].memory
  timeout              = local.sizes[each.key].timeout
  reserved_concurrency = local.sizes[each.key].reserved_concurrency

  environment = merge(each.value.environment, { METRICS_NAMESPACE = var.name })
  permissions = local.statements[each.key]

  log_level          = var.log_level
  log_retention_days = var.log_retention_days
  tracing            = var.tracing
  kms_key_arn        = var.kms_key_arn
}
