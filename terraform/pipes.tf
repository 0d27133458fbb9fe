variable "access_delay_seconds" {
  description = "The wait, in seconds, between a new policy or stream and the pipe that uses them, because AWS needs time to publish both. Raise it if an apply fails with \"Cannot access stream\". Emulators need 0."
  type        = number
  default     = 120

  validation {
    condition     = var.access_delay_seconds >= 0 && var.access_delay_seconds <= 900
    error_message = "access_delay_seconds: ${var.access_delay_seconds} is out of range. Use 0 to 900."
  }
}

variable "existing_dead_letters" {
  description = "Dead-letter queues of the same account and region that exist already, by the table of the pipe file: the ARN of the queue, and its KMS key if that is not kms_key_arn. Keep messages for 14 days there."
  type        = map(object({ arn = string, kms_key_arn = optional(string) }))
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.existing_dead_letters), keys(local.tables))) == 0
    error_message = "existing_dead_letters: no pipe file has one of the tables. Use the names in the key table of the pipe files."
  }

  validation {
    condition     = alltrue([for queue in var.existing_dead_letters : can(regex("^arn:[^:]+:sqs:[^:]+:[0-9]{12}:[A-Za-z0-9_-]+$", queue.arn))])
    error_message = "existing_dead_letters: arn is not the ARN of a standard queue. Use an ARN such as arn:aws:sqs:eu-central-1:111122223333:letters."
  }

  # The alarm and the doctor use the name of the queue, which stands for a queue of this account and region.
  validation {
    condition     = alltrue([for queue in var.existing_dead_letters : startswith(queue.arn, "arn:${local.caller.partition}:sqs:${local.caller.region}:${local.caller.account}:")])
    error_message = "existing_dead_letters: a queue is in another account or region, where its alarm could not see it. Use a queue of the account and the region of the deployment, or leave the entry out, and Terraform creates a queue."
  }

  validation {
    condition     = alltrue([for queue in var.existing_dead_letters : queue.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", queue.kms_key_arn))])
    error_message = "existing_dead_letters: kms_key_arn is not the ARN of a key. Use an ARN such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab; IAM policies do not accept an alias."
  }
}

locals {
  definitions = coalesce(var.definitions, "${path.module}/../pipes")
  pipes       = module.definitions.pipes

  # Terraform identifies the resources of a pipe by its table in the pipe file. So a renamed pipe file keeps its table, its
  # dead letters and its place in the stream.
  tables = { for name, pipe in local.pipes : pipe.table => pipe }

  # The ARN of an existing stream is that of the variable. The data source has none before `depends_on` is done, and a pipe
  # whose source is unknown would be replaced.
  streams = merge(
    { for table, created in module.table : table => created.stream_arn },
    { for table, existing in var.existing_tables : table => existing.stream_arn },
  )
}

module "definitions" {
  source = "./modules/definitions"

  folder          = local.definitions
  existing_tables = keys(var.existing_tables)
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

  access_delay          = var.access_delay_seconds
  aws                   = local.aws
  iam                   = local.iam
  tags                  = local.tags
  log_retention_days    = var.log_retention_days
  kms_key_arn           = var.kms_key_arn
  table_kms_key_arn     = contains(keys(var.existing_tables), each.key) ? var.existing_tables[each.key].kms_key_arn : null
  existing_dead_letters = contains(keys(var.existing_dead_letters), each.key) ? var.existing_dead_letters[each.key] : null
  existing_log_group    = lookup(var.existing_log_groups.pipes, each.key, null)

  # Terraform has checked the stream before a pipe reads it.
  depends_on = [data.aws_dynamodb_table.existing]
}
