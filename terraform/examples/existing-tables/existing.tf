data "aws_caller_identity" "current" {}

# The account's policies decide who may use the key. tablecast gives the role of the pipe a policy for it.
resource "aws_kms_key" "orders" {
  description         = "The orders of Acme"
  enable_key_rotation = true
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root" }
      Action    = "kms:*"
      Resource  = "*"
    }]
  })
}

# The pipe file has the keys of this table. Its name differs from `table` there, and it has an index.
resource "aws_dynamodb_table" "orders" {
  name         = "acme-legacy-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "tenant"
  range_key    = "orderId"

  stream_enabled   = true
  stream_view_type = "NEW_AND_OLD_IMAGES"

  dynamic "attribute" {
    for_each = ["tenant", "orderId", "customer"]
    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = "by-customer"
    hash_key        = "customer"
    projection_type = "KEYS_ONLY"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.orders.arn
  }
}

resource "aws_sqs_queue" "letters" {
  name                      = "acme-letters"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_cloudwatch_log_group" "dispatch" {
  #checkov:skip=CKV_AWS_158:events in logs have no personal data, and CloudWatch encrypts them with its own key
  name              = "/acme/orders/dispatch"
  retention_in_days = 365
}

resource "aws_cloudwatch_event_bus" "company" {
  name = "acme-company"
}
