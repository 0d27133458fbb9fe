locals {
  definitions = coalesce(var.definitions, "${path.root}/../pipes")
  pipes       = module.definitions.pipes

  # Terraform identifies the resources of a pipe by its table. So a renamed pipe file keeps its table, its dead letters and
  # its place in the stream.
  tables = { for name, pipe in local.pipes : pipe.table => pipe }
  streams = merge(
    { for table, created in module.table : table => created.stream_arn },
    { for table, existing in data.aws_dynamodb_table.existing : table => existing.stream_arn },
  )
}

module "definitions" {
  source = "./modules/definitions"

  folder          = local.definitions
  existing_tables = var.existing_tables
  name_limit      = 59 - length("${var.name}-")
}

module "pipe" {
  source   = "./modules/pipe"
  for_each = local.tables

  name       = "${var.name}-${each.value.resource_name}"
  stream_arn = local.streams[each.key]
  stream     = each.value.stream
  filters    = each.value.filters

  enrichment_arn = module.function["enrich"].arn
  target_arn     = module.function["dispatch"].arn

  access_delay       = var.access_delay_seconds
  aws                = local.aws
  log_retention_days = var.log_retention_days
  kms_key_arn        = var.kms_key_arn
}
