locals {
  table   = split("/", var.stream_arn)[1]
  own_arn = "arn:${var.aws.partition}:pipes:${var.aws.region}:${var.aws.account}:pipe/${var.name}"

  letters_name = "${var.name}-dead-letters"
  letters_arn = (
    var.existing_dead_letters == null
    ? "arn:${var.aws.partition}:sqs:${var.aws.region}:${var.aws.account}:${local.letters_name}"
    : var.existing_dead_letters.arn
  )
  log_group_arn = (
    var.existing_log_group == null
    ? one(aws_cloudwatch_log_group.this[*].arn)
    : "arn:${var.aws.partition}:logs:${var.aws.region}:${var.aws.account}:log-group:${var.existing_log_group}"
  )

  # With and without the alias: a pipe of 0.1.0 calls the functions without it until Terraform has changed the pipe.
  functions = [var.enrichment_arn, var.target_arn]

  keys = distinct(concat(var.kms_key_arn[*], var.table_kms_key_arn[*], try(var.existing_dead_letters.kms_key_arn, null)[*]))
}

# Only this pipe may assume the role.
resource "aws_iam_role" "this" {
  name                 = "${var.name}-pipe"
  path                 = var.iam.path
  permissions_boundary = var.iam.permissions_boundary
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "pipes.amazonaws.com" }
      Condition = { StringEquals = {
        "aws:SourceAccount" = var.aws.account
        "aws:SourceArn"     = local.own_arn
      } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "pipe"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([
      {
        Sid      = "Source"
        Effect   = "Allow"
        Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"]
        Resource = var.stream_arn
      },
      {
        Sid      = "Functions"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = concat(local.functions, [for arn in local.functions : join(":", slice(split(":", arn), 0, 7)) if length(split(":", arn)) > 7])
      },
      {
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = local.letters_arn
      },
      ], length(local.keys) == 0 ? [] : [{
        Sid      = "Keys"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
        Resource = local.keys
    }])
  })
}
