module "bus" {
  source = "./modules/bus"

  name                    = var.name
  partition               = local.aws.partition
  archive_retention_days  = var.archive_retention_days
  subscriber_accounts     = var.subscriber_accounts
  subscriber_organization = var.subscriber_organization
}
