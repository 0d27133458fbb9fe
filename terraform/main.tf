data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  # The parts of ARNs, for resources that do not exist yet.
  aws = {
    partition  = data.aws_partition.current.partition
    dns_suffix = data.aws_partition.current.dns_suffix
    region     = data.aws_region.current.id
    account    = data.aws_caller_identity.current.account_id
  }

  tags = merge({ Application = var.name }, var.tags)
  iam  = { path = var.iam_path, permissions_boundary = var.permissions_boundary }
}
