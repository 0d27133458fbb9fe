module "watch" {
  source = "./modules/watch"

  name      = var.name
  namespace = var.name
  region    = local.aws.region

  functions  = { for name, function in module.function : name => { name = function.name, log_group = function.log_group } }
  authorizer = "authorize"
  pipes = {
    for name, pipe in local.pipes : name => {
      name         = module.pipe[pipe.table].name
      dead_letters = module.pipe[pipe.table].dead_letters.name
      table        = pipe.table
      stream_label = split("/", local.streams[pipe.table])[3]
    }
  }
  socket = { api_id = module.socket.api_id, stage = local.stage }

  lag_seconds   = var.lag_alarm_seconds
  alarm_actions = var.alarm_actions
}
