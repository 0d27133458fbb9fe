output "socket_url" {
  description = "Where clients connect: <socket_url>?subscribe=orders/*."
  value       = replace(local.management_endpoint, "/^http/", "ws")
  depends_on  = [module.socket]
}

output "management_endpoint" {
  description = "Where dispatch and subscribe post frames."
  value       = local.management_endpoint
}

output "api_id" {
  description = "The WebSocket API's id."
  value       = module.socket.api_id
}

output "bus" {
  description = "The bus that other teams' rules are on."
  value       = { name = module.bus.name, arn = module.bus.arn }
}

output "schema_registry" {
  description = "EventBridge's registry of what is on the bus, and the names of its schemas; null without one."
  value       = one([for registry in module.registry : { name = registry.name, schemas = registry.schemas }])
}

output "tables" {
  description = "The names of tablecast's own tables, and of each pipe's by the pipe's name."
  value = {
    connections = module.connections.name
    log         = module.log.name
    rejected    = module.rejected.name
    pipes       = { for name, pipe in local.pipes : name => pipe.table }
  }
}

output "functions" {
  description = "The functions' names on AWS, and their log groups."
  value       = { for name, function in module.function : name => { name = function.name, log_group = function.log_group } }
}

output "pipes" {
  description = "The pipes' names on AWS, and the queues of their dead letters."
  value       = { for name, pipe in module.pipe : name => { name = pipe.name, dead_letters = pipe.dead_letters.url } }
}

output "alarms" {
  description = "The names of the alarms; docs/operations.md says what they mean."
  value       = module.watch.alarms
}

output "dashboard" {
  description = "The name of the dashboard in CloudWatch."
  value       = module.watch.dashboard
}
