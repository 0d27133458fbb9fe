locals {
  definitions = coalesce(var.definitions, "${path.root}/../pipes")
  pipes       = module.definitions.pipes

  streams = {
    for name, pipe in local.pipes : name => pipe.existing == null ? module.table[name].stream_arn : pipe.existing
  }
}

module "definitions" {
  source = "./modules/definitions"

  folder          = local.definitions
  existing_tables = var.existing_tables
  name_limit      = 59 - length("${var.name}-")
}

module "pipe" {
  source   = "./modules/pipe"
  for_each = local.pipes

  name       = "${var.name}-${each.key}"
  stream_arn = local.streams[each.key]
  stream     = each.value.stream
  filters    = each.value.filters

  enrichment_arn = module.function["enrich"].arn
  target_arn     = module.function["dispatch"].arn

  aws                = local.aws
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
