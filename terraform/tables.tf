# The tables of the pipe files. A pipe file names a table, and the deployment decides which one that is. So one package serves
# all environments.

variable "table_prefix" {
  description = "A prefix of the real names of the pipes' tables: with \"prod-\", the table `orders` of a pipe file is prod-orders. Two deployments in one account and region need different names."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[A-Za-z0-9_.-]*$", var.table_prefix))
    error_message = "table_prefix: \"${var.table_prefix}\" has a character that table names cannot have. Use letters, digits, dots, hyphens and underscores."
  }
}

variable "table_names" {
  description = "The real names of single tables, by the name in the pipe file. They take no prefix."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.table_names), keys(local.tables))) == 0
    error_message = "table_names: no pipe file has one of the tables. Use the names in the key table of the pipe files."
  }

  validation {
    condition     = length(setintersection(keys(var.table_names), keys(var.existing_tables))) == 0
    error_message = "table_names: a table is in existing_tables too. Leave out tables of existing_tables: their ARN has the name."
  }
}

variable "existing_tables" {
  description = "Tables that exist already, by the name in the pipe file: the ARN of the table's stream, and its KMS key if that is not kms_key_arn. The stream must have the view type NEW_AND_OLD_IMAGES. The real name of the table may be another one."
  type        = map(object({ stream_arn = string, kms_key_arn = optional(string) }))
  default     = {}

  validation {
    condition = alltrue([for table in var.existing_tables :
      can(regex("^arn:[^:]+:dynamodb:[^:]+:[0-9]{12}:table/[A-Za-z0-9_.-]{3,255}/stream/.+$", table.stream_arn))
    ])
    error_message = "existing_tables: stream_arn is not the ARN of a stream. Use the ARN of the table's stream, such as arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000, and not the ARN of the table."
  }

  validation {
    condition     = alltrue([for table in var.existing_tables : table.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", table.kms_key_arn))])
    error_message = "existing_tables: kms_key_arn is not the ARN of a key. Use an ARN such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab; IAM policies do not accept an alias."
  }
}

variable "deletion_protection" {
  description = "Protects the pipes' tables, the log table and the rejected records table from deletion. To destroy them, set this to false and apply first."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Lets you restore the pipes' tables and the rejected records table to any second of the last 35 days."
  type        = bool
  default     = true
}

locals {
  # The real names of all tables, by the name in the pipe file.
  table_names = {
    for table in keys(local.tables) : table => (
      contains(keys(var.existing_tables), table)
      ? split("/", var.existing_tables[table].stream_arn)[1]
      : lookup(var.table_names, table, "${var.table_prefix}${table}")
    )
  }

  # The functions find the pipe file of a record by its table. An empty map for tables with the names in the pipe files.
  renamed_tables = jsonencode({ for table, real in local.table_names : table => real if real != table })
  table_rules    = { for names in [local.renamed_tables] : "TABLE_NAMES" => names if names != "{}" }
}

locals {
  # The tables of pipes with state, which subscribe reads, and the keys that are not kms_key_arn.
  state_tables = {
    for table, pipe in local.tables : table => {
      arn         = pipe.existing ? split("/stream/", var.existing_tables[table].stream_arn)[0] : module.table[table].arn
      kms_key_arn = pipe.existing && try(var.existing_tables[table].kms_key_arn, null) != var.kms_key_arn ? var.existing_tables[table].kms_key_arn : null
    } if pipe.state
  }
}

module "table" {
  source   = "./modules/table"
  for_each = { for table, pipe in local.tables : table => pipe if !pipe.existing }

  name                   = local.table_names[each.key]
  partition_key          = each.value.partition_key
  sort_key               = each.value.sort_key
  streamed               = true
  deletion_protection    = var.deletion_protection
  point_in_time_recovery = var.point_in_time_recovery
  kms_key_arn            = var.kms_key_arn
  tags                   = local.tags
}

# The tables in `existing_tables` as they are now. An ARN in the variable stays as it is when somebody turns the stream off
# and on, and a pipe that reads the old stream is RUNNING. So Terraform compares, and refuses other streams.
data "aws_dynamodb_table" "existing" {
  for_each = var.existing_tables

  name = split("/", each.value.stream_arn)[1]

  lifecycle {
    postcondition {
      condition     = self.stream_enabled
      error_message = "existing_tables: the table ${each.key} has no stream. Turn on a stream with the view type NEW_AND_OLD_IMAGES, and set its ARN here."
    }

    postcondition {
      condition     = !self.stream_enabled || self.stream_view_type == "NEW_AND_OLD_IMAGES"
      error_message = "existing_tables: the stream of the table ${each.key} has the view type ${self.stream_view_type}, so events would be wrong. Turn the stream off, turn it on with the view type NEW_AND_OLD_IMAGES, and set its new ARN here."
    }

    postcondition {
      condition     = !self.stream_enabled || self.stream_arn == each.value.stream_arn
      error_message = "existing_tables: ${each.value.stream_arn} has ended: somebody turned the stream of the table ${each.key} off and on. Set the ARN of its current stream: ${self.stream_arn}. Read docs/guides/operate.md#-stopped first."
    }
  }
}
