resource "aws_cloudwatch_log_group" "this" {
  count = var.existing_log_group == null ? 1 : 0

  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

moved {
  from = aws_cloudwatch_log_group.this
  to   = aws_cloudwatch_log_group.this[0]
}

locals {
  log_group = var.existing_log_group == null ? {
    name = one(aws_cloudwatch_log_group.this[*].name)
    arn  = one(aws_cloudwatch_log_group.this[*].arn)
    } : {
    name = var.existing_log_group
    arn  = "arn:${var.aws.partition}:logs:${var.aws.region}:${var.aws.account}:log-group:${var.existing_log_group}"
  }
}
