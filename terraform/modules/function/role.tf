resource "aws_iam_role" "this" {
  name                 = var.name
  path                 = var.iam.path
  permissions_boundary = var.iam.permissions_boundary
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.aws.account } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name   = "function"
  role   = aws_iam_role.this.id
  policy = local.policy
}

locals {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.own, local.logs, local.traces, local.letters, local.key, local.table_keys)
  })

  own = [for permission in var.permissions : merge(
    { Effect = "Allow", Action = sort(permission.actions) },
    { for resource in slice(permission.resources, 0, 1) : "Resource" => resource if length(permission.resources) == 1 },
    { for resources in [permission.resources] : "Resource" => resources if length(resources) > 1 },
    { for condition in permission.condition[*] : "Condition" => jsondecode(condition) },
  )]

  # The function may not create the log group. Terraform creates it with a retention.
  logs = [{
    Effect   = "Allow"
    Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    Resource = "${local.log_group.arn}:*"
  }]

  # X-Ray actions do not support resources.
  traces = var.tracing ? [{
    Effect   = "Allow"
    Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    Resource = "*"
  }] : []

  letters = var.async == null ? [] : [{
    Effect   = "Allow"
    Action   = ["sqs:SendMessage"]
    Resource = local.dead_letters_arn
  }]

  # DynamoDB decrypts with the permissions of the caller. A queue needs a new data key for each message.
  key = [for key in var.kms_key_arn[*] : {
    Effect   = "Allow"
    Action   = concat(["kms:Decrypt"], var.async == null ? [] : ["kms:GenerateDataKey"])
    Resource = key
  }]

  table_keys = length(var.decrypt_key_arns) == 0 ? [] : [{
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = var.decrypt_key_arns
  }]
}
