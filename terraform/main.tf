data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

# The account and the region of the first apply. With `depends_on`, Terraform reads the data sources of this module only after
# the changes of the other parts. Without these values, a plan would then change or replace most resources.
resource "terraform_data" "aws" {
  input = local.caller

  lifecycle {
    ignore_changes = [input]
  }
}

locals {
  caller = {
    partition  = data.aws_partition.current.partition
    dns_suffix = data.aws_partition.current.dns_suffix
    region     = data.aws_region.current.id
    account    = data.aws_caller_identity.current.account_id
  }

  # The parts of ARNs, for resources that do not exist yet.
  aws = terraform_data.aws.input

  tags = merge({ Application = var.name }, var.tags)
  iam  = { path = var.iam_path, permissions_boundary = var.permissions_boundary }
}
