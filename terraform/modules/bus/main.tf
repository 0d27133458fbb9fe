resource "aws_cloudwatch_event_bus" "this" {
  count = var.existing == null ? 1 : 0

  name               = var.name
  description        = "All events that tablecast creates from table changes"
  kms_key_identifier = var.kms_key == null ? null : var.kms_key.arn
  tags               = var.tags
}

locals {
  arn  = var.existing == null ? one(aws_cloudwatch_event_bus.this[*].arn) : var.existing.arn
  name = var.existing == null ? one(aws_cloudwatch_event_bus.this[*].name) : split("/", var.existing.arn)[1]
}
