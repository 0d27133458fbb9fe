# Without a policy, only this account may use the bus.
resource "aws_cloudwatch_event_bus_policy" "this" {
  count = length(local.statements) > 0 ? 1 : 0

  event_bus_name = local.name
  policy         = local.policy
}

locals {
  policy = jsonencode({ Version = "2012-10-17", Statement = local.statements })

  # Subscribers may read and change their own rules only. They may not publish, so that every event on the bus is a change.
  own_rules = {
    Effect = "Allow"
    Action = [
      "events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule",
      "events:ListTargetsByRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets",
      "events:ListTagsForResource", "events:TagResource", "events:UntagResource",
    ]
    Resource = "${replace(local.arn, ":event-bus/", ":rule/")}/*"
  }
  creator = { "events:creatorAccount" = "$${aws:PrincipalAccount}" }

  accounts = length(var.subscriber_accounts) == 0 ? [] : [merge(local.own_rules, {
    Sid       = "Accounts"
    Principal = { AWS = [for account in var.subscriber_accounts : "arn:${var.partition}:iam::${account}:root"] }
    Condition = { StringEqualsIfExists = local.creator }
  })]

  organization = var.subscriber_organization == null ? [] : [merge(local.own_rules, {
    Sid       = "Organization"
    Principal = { AWS = "*" }
    Condition = {
      StringEqualsIfExists = local.creator
      StringEquals         = { "aws:PrincipalOrgID" = var.subscriber_organization }
    }
  })]

  statements = concat(local.accounts, local.organization)
}
