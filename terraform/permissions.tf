locals {
  # The ARNs of the resource names in permissions.yaml. `state` is a list, which can be empty.
  resources = {
    connections = module.connections.arn
    log         = module.log.arn
    state       = [for table in values(local.state_tables) : table.arn]
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
        } : { actions = same, resources = flatten([local.resources[resource]]), condition = condition == "null" ? null : condition }
        if length(flatten([local.resources[resource]])) > 0
      ]
    ])
  }
}
