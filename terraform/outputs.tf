output "socket_url" {
  description = "The WebSocket address for clients, for example with ?subscribe=orders/*."
  value       = local.socket_address
  depends_on  = [module.socket]
}

output "stage" {
  description = "The name and the ARN of the WebSocket API's stage, for an API mapping of your own."
  value       = { name = local.stage, arn = module.socket.stage_arn }
}

output "domain_target" {
  description = "The target of a DNS alias record for the domain: its name and its Route 53 zone. null unless `domain` creates a domain name."
  value       = module.socket.domain_target
}

output "management_endpoint" {
  description = "The @connections address, to which dispatch and subscribe post frames."
  value       = local.management_endpoint
}

output "api_id" {
  description = "The id of the WebSocket API."
  value       = module.socket.api_id
}

output "bus" {
  description = "The name and the ARN of the EventBridge bus, for the rules of other teams."
  value       = { name = module.bus.name, arn = module.bus.arn }
}

output "schema_registry" {
  description = "The name of the EventBridge schema registry and the names of its schemas; null when schema_registry is false."
  value       = one([for registry in module.registry : { name = registry.name, schemas = registry.schemas }])
}

output "tables" {
  description = "The names of the connections, log and rejected records tables, and the real name of each pipe's table by pipe name."
  value = {
    connections = module.connections.name
    log         = module.log.name
    rejected    = module.rejected.name
    pipes       = { for name, pipe in local.pipes : name => local.table_names[pipe.table] }
  }

  # Two resources for one table would overwrite each other, and a pipe must never read tables of tablecast.
  precondition {
    condition     = length(setintersection(values(local.table_names), [for table in ["connections", "log", "rejected"] : "${var.name}-${table}"])) == 0
    error_message = "A pipe's table would have the name of a table of tablecast: ${var.name}-connections, ${var.name}-log or ${var.name}-rejected. Change table_prefix or table_names: ${jsonencode(local.table_names)}"
  }

  precondition {
    condition     = local.aws.account == local.caller.account && local.aws.region == local.caller.region
    error_message = "The deployment is in ${local.aws.region} of the account ${local.aws.account}, and the provider uses ${local.caller.region} of ${local.caller.account}. Use the region and the credentials of the deployment, or another state for another deployment."
  }

  precondition {
    condition     = length(distinct(values(local.table_names))) == length(local.table_names)
    error_message = "Two pipe files would have one table. Give each table a name of its own in table_names or existing_tables: ${jsonencode(local.table_names)}"
  }
}

output "functions" {
  description = "The name and the log group of each Lambda function."
  value       = { for name, function in module.function : name => { name = function.name, log_group = function.log_group } }
}

output "versions" {
  description = "The newest version of each function, and the one that serves. The variable release changes the latter."
  value       = { for name, function in module.function : name => function.versions }
}

output "pipes" {
  description = "The EventBridge name, the dead-letter queue URL and the stream of each pipe."
  value = {
    for name, pipe in local.pipes : name => {
      name         = module.pipe[pipe.table].name
      dead_letters = module.pipe[pipe.table].dead_letters.url
      stream_arn   = local.streams[pipe.table]
    }
  }
}

output "alarms" {
  description = "The names of the CloudWatch alarms. docs/guides/operate.md has a runbook for each."
  value       = module.watch.alarms
}

output "alarm_summaries" {
  description = "The names of the composite alarms. The last ones, <name>-critical and <name>-warning, stand for the whole deployment."
  value       = module.watch.summaries
}

output "dashboard" {
  description = "The name of the CloudWatch dashboard."
  value       = module.watch.dashboard
}
