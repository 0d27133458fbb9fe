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
  tags                   = local.tags
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
  tags                   = local.tags
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
  tags                   = local.tags
}
