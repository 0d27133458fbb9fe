locals {
  table        = split("/", var.stream_arn)[1]
  dead_letters = "${var.name}-dead-letters"
  own_arn      = "arn:${var.aws.partition}:pipes:${var.aws.region}:${var.aws.account}:pipe/${var.name}"
  letters_arn  = "arn:${var.aws.partition}:sqs:${var.aws.region}:${var.aws.account}:${local.dead_letters}"
}

# Only this pipe may assume the role.
resource "aws_iam_role" "this" {
  name = "${var.name}-pipe"
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
        Resource = [var.enrichment_arn, var.target_arn]
      },
      {
        Sid      = "DeadLetters"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = local.letters_arn
      },
      ], [for key in var.kms_key_arn[*] : {
        Sid      = "Key"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource = key
    }])
  })
}
