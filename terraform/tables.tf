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

# The logs: recent events, for clients that resume. Each pipe file sets the retention (`log.keep`). Point-in-time recovery
# stays off, because a restored log would use offsets again that clients have already seen. An empty log is safe: it starts
# a new epoch, and clients notice the gap.
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
  for_each = { for name, pipe in local.pipes : name => pipe if pipe.existing == null }

  name                   = each.value.table
  partition_key          = each.value.partition_key
  sort_key               = each.value.sort_key
  streamed               = true
  deletion_protection    = var.deletion_protection
  point_in_time_recovery = var.point_in_time_recovery
  kms_key_arn            = var.kms_key_arn
}
