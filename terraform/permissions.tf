locals {
  # The ARNs of the resource names in permissions.yaml.
  resources = {
    connections = module.connections.arn
    log         = module.log.arn
    rejected    = module.rejected.arn
    bus         = module.bus.arn
    fanout      = local.fanout_arn
    frames      = "${module.socket.stage_arn}/POST/@connections/*"
    closings    = "${module.socket.stage_arn}/DELETE/@connections/*"
  }

  permissions = yamldecode(file("${path.module}/permissions.yaml"))
  conditions  = yamldecode(file("${path.module}/conditions.yaml"))

  # The IAM statements of each function: one for each resource and condition.
  statements = {
    for function, resources in local.permissions : function => flatten([
      for resource, actions in resources : [
        for condition, same in {
          for action in actions : jsonencode(try(local.conditions[function][resource][action], null)) => action...
        } : { actions = same, resource = local.resources[resource], condition = condition == "null" ? null : condition }
      ]
    ])
  }
}
