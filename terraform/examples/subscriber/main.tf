# Resources of another team that consumes events, in its own account: a rule on the bus, a queue for the events, and queues for
# events that EventBridge could not deliver and that the consumer could not handle. The deployment lists the account in
# `subscriber_accounts`, or its organization in `subscriber_organization`. In the account of the bus, nothing needs to be listed.

terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

# The account of the team, from the environment.
provider "aws" {}

variable "bus" {
  description = "The bus: the output bus.arn of tablecast. In the account of the bus, its name works too."
  type        = string
}

variable "name" {
  description = "The name of the subscriber, of its rule and of its queue."
  type        = string
  default     = "billing"
}

variable "event_types" {
  description = "The event types that the subscriber receives."
  type        = list(string)
  default     = ["order.placed.v1", "order.cancelled.v1"]
}

variable "function" {
  description = "The function that consumes the queue: the path of its zip, its runtime and its handler. Without one, the rule only fills the queue."
  type = object({
    package      = string
    runtime      = string
    handler      = string
    architecture = optional(string, "arm64")
  })
  default = null
}

resource "aws_cloudwatch_event_rule" "this" {
  name           = var.name
  description    = "Events for ${var.name}"
  event_bus_name = var.bus
  event_pattern  = jsonencode({ detail-type = var.event_types })
}

# EventBridge can deliver an event twice and in any order. `detail` of a message is a CloudEvent: use its id to find duplicates,
# and its sequence to restore the order.
resource "aws_cloudwatch_event_target" "this" {
  rule           = aws_cloudwatch_event_rule.this.name
  event_bus_name = var.bus
  arn            = aws_sqs_queue.events.arn

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

  # AWS recommends six times the timeout of the function.
  visibility_timeout_seconds = 6 * 30

  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
}

resource "aws_sqs_queue" "failed" {
  name                      = "${var.name}-failed"
  message_retention_seconds = 14 * 24 * 3600
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
  description = "The URL of the queue. Each message is an event in EventBridge's envelope."
  value       = aws_sqs_queue.events.url
}
