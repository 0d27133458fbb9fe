# Who is connected. It empties itself within hours, so it needs neither protection nor recovery.
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

# The events, for clients that come back; how long, each pipe file says (`log.keep`). A restored one would tell the past as
# the present, so it is not for recovery: the clients are told that it is another.
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

# Records that could not become events, whole: only operators may read it.
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

# The tables that the pipe files describe and that are not there yet.
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
