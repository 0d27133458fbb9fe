resource "aws_cloudwatch_event_bus" "this" {
  count = var.existing == null ? 1 : 0

  name               = var.name
  description        = "All events that tablecast creates from table changes"
  kms_key_identifier = var.kms_key == null ? null : var.kms_key.arn
  tags               = var.tags

  dynamic "dead_letter_config" {
    for_each = aws_sqs_queue.undelivered[*].arn
    content {
      arn = dead_letter_config.value
    }
  }
}

# Events that the bus accepted and cannot process, because it cannot use its key. Without the queue, EventBridge would drop them.
# The queue does not need the key of the bus, which may be the one that is disabled.
resource "aws_sqs_queue" "undelivered" {
  count = var.existing == null && var.kms_key != null ? 1 : 0

  name                      = "${var.name}-bus-undelivered"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "undelivered" {
  count = length(aws_sqs_queue.undelivered)

  queue_url = aws_sqs_queue.undelivered[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Bus"
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.undelivered[0].arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_bus.this[0].arn } }
    }]
  })
}

locals {
  arn  = var.existing == null ? one(aws_cloudwatch_event_bus.this[*].arn) : var.existing.arn
  name = var.existing == null ? one(aws_cloudwatch_event_bus.this[*].name) : split("/", var.existing.arn)[1]
}
