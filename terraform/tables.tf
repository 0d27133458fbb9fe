# Connections and their subscriptions. Items expire within hours, so the table needs no protection and no recovery.
module "connections" {
  source = "./modules/table"

  name                   = "${var.name}-connections"
  partition_key          = { name = "pk", type = "S" }
  sort_key               = { name = "sk", type = "S" }
  expiry_attribute       = "expires_at"
  deletion_protection    = false
  point_in_time_recovery = false
  kms_key_arn            = var.kms_key_arn
}

# The logs: recent events of each channel, for clients that resume, and where each channel ends. Each pipe file sets the
# retention of events (`log.keep`). Point-in-time recovery stays off, because a restored log would use offsets again that
# clients have already seen. An empty log is safe: it starts a new epoch, and clients notice the gap.
module "log" {
  source = "./modules/table"

  name                   = "${var.name}-log"
  partition_key          = { name = "pk", type = "S" }
  sort_key               = { name = "sk", type = "S" }
  expiry_attribute       = "expires_at"
  deletion_protection    = var.deletion_protection
  point_in_time_recovery = false
  kms_key_arn            = var.kms_key_arn
}

# Rejected records, complete and possibly with personal data. Only operators may read this table.
module "rejected" {
  source = "./modules/table"

  name                   = "${var.name}-rejected"
  partition_key          = { name = "pk", type = "S" }
  sort_key               = { name = "sk", type = "S" }
  expiry_attribute       = "expires_at"
  deletion_protection    = var.deletion_protection
  point_in_time_recovery = var.point_in_time_recovery
  kms_key_arn            = var.kms_key_arn
}

# The tables of the pipe files, except those in `existing_tables`.
module "table" {
  source   = "./modules/table"
  for_each = { for table, pipe in local.tables : table => pipe if !pipe.existing }

  name                   = each.key
  partition_key          = each.value.partition_key
  sort_key               = each.value.sort_key
  streamed               = true
  deletion_protection    = var.deletion_protection
  point_in_time_recovery = var.point_in_time_recovery
  kms_key_arn            = var.kms_key_arn
}

# The tables in `existing_tables` as they are now. An ARN in the variable stays as it is when somebody turns the stream off
# and on, and a pipe that reads the old stream is RUNNING. So Terraform compares, and refuses other streams.
data "aws_dynamodb_table" "existing" {
  for_each = var.existing_tables

  name = try(split("/", each.value)[1], each.key)

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
      condition     = !self.stream_enabled || self.stream_arn == each.value
      error_message = "existing_tables: ${each.value} has ended: somebody turned the stream of the table ${each.key} off and on. Set the ARN of its current stream: ${self.stream_arn}. Read docs/guides/operate.md#-stopped first."
    }
  }
}
