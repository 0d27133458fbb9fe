# Another team's part, in the account of the bus or in one that `subscriber_accounts` or `subscriber_organization` lets in:
# a rule of its own, a queue for its events, and a queue for what EventBridge could not deliver.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "bus" {
  description = "The bus: tablecast's output bus.arn, or in the bus's own account its name."
  type        = string
}

variable "name" {
  description = "The subscriber's name, which is the rule's and the queue's."
  type        = string
  default     = "billing"
}

variable "event_types" {
  description = "The events it wants."
  type        = list(string)
  default     = ["order.placed.v1", "order.cancelled.v1"]
}

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "Events that ${var.name} is told about"
  event_bus_name = var.bus
  event_pattern  = jsonencode({ detail-type = var.event_types })
}

# Twice the same event is possible, in any order: the CloudEvent in `detail` has an id, and a sequence to order by.
resource "aws_cloudwatch_event_target" "this" {
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = var.bus
  arn            = aws_sqs_queue.events.arn
  input_path     = "$.detail"

  retry_policy {
    maximum_retry_attempts       = 185
    maximum_event_age_in_seconds = 24 * 3600
  }

  dead_letter_config {
    arn = aws_sqs_queue.undelivered.arn
  }
}

resource "aws_sqs_queue" "events" {
  name                      = var.name
  message_retention_seconds = 4 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "this" {
  for_each = { events = aws_sqs_queue.events, undelivered = aws_sqs_queue.undelivered }

  queue_url = each.value.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = each.value.arn
      Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.this.arn } }
    }]
  })
}

output "queue_url" {
  description = "Where the events arrive, each a CloudEvent."
  value       = aws_sqs_queue.events.url
}
