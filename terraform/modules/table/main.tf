resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_28:point_in_time_recovery is a variable, because connections live for two hours and need no recovery
  name         = var.name
  billing_mode = "PAY_PER_REQUEST"
  tags         = var.tags
  hash_key     = var.partition_key.name
  range_key    = try(var.sort_key.name, null)

  deletion_protection_enabled = var.deletion_protection
  stream_enabled              = var.streamed
  stream_view_type            = var.streamed ? "NEW_AND_OLD_IMAGES" : null

  dynamic "attribute" {
    for_each = [for key in [var.partition_key, var.sort_key] : key if key != null]
    content {
      name = attribute.value.name
      type = attribute.value.type
    }
  }

  dynamic "ttl" {
    for_each = var.expiry_attribute[*]
    content {
      attribute_name = ttl.value
      enabled        = true
    }
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # Without this block DynamoDB encrypts with its own key, at no cost.
  dynamic "server_side_encryption" {
    for_each = var.kms_key_arn[*]
    content {
      enabled     = true
      kms_key_arn = server_side_encryption.value
    }
  }
}
