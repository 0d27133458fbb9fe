# GitHub's tokens name the repository and the environment or the event. AWS verifies the server by its certificate authority.
resource "aws_iam_openid_connect_provider" "github" {
  count = var.oidc_provider_arn == null ? 1 : 0

  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  # A job with an environment has the environment as its subject. Other jobs of a pull request have `pull_request`.
  subjects = {
    plan  = "repo:${var.repository}:pull_request"
    apply = "repo:${var.repository}:environment:${var.environment}"
  }
}

resource "aws_iam_role" "ci" {
  for_each = local.subjects

  name = "${var.name}-ci-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = var.oidc_provider_arn == null ? aws_iam_openid_connect_provider.github[0].arn : var.oidc_provider_arn }
      Condition = { StringEquals = {
        "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        "token.actions.githubusercontent.com:sub" = each.value
      } }
    }]
  })
}

resource "aws_iam_role_policy" "ci" {
  for_each = aws_iam_role.ci

  name   = each.key
  role   = each.value.id
  policy = local.policies[each.key]
}

# What the roles of the deployment can have at most, whatever their policies allow. Without IAM: no role can create another.
resource "aws_iam_policy" "boundary" {
  name        = "${var.name}-boundary"
  description = "The most that the functions and pipes of ${var.name} may do"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect = "Allow"
        Action = [
          "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams", "dynamodb:Query",
          "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "events:PutEvents", "events:DescribeEventBus",
          "lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage",
        ]
        Resource = concat(values(local.own), local.existing)
      },
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:${local.partition}:execute-api:${local.scope}:*" },
      { Effect = "Allow", Action = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], Resource = "arn:${local.partition}:kms:${local.scope}:key/*" },
      { Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = "*" },
    ]
  })
}
