# The permissions of CI. They end at the names that begin with `name`. A service whose resources have ids instead of names, such
# as API Gateway, has none smaller than the service.

locals {
  partition = data.aws_partition.current.partition
  scope     = "${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}"

  own = {
    dynamodb   = "arn:${local.partition}:dynamodb:${local.scope}:table/${var.name}-*"
    lambda     = "arn:${local.partition}:lambda:${local.scope}:function:${var.name}-*"
    sqs        = "arn:${local.partition}:sqs:${local.scope}:${var.name}-*"
    bus        = "arn:${local.partition}:events:${local.scope}:event-bus/${var.name}"
    rules      = "arn:${local.partition}:events:${local.scope}:rule/${var.name}*"
    archives   = "arn:${local.partition}:events:${local.scope}:archive/${var.name}*"
    pipes      = "arn:${local.partition}:pipes:${local.scope}:pipe/${var.name}-*"
    functions  = "arn:${local.partition}:logs:${local.scope}:log-group:/aws/lambda/${var.name}-*"
    deliveries = "arn:${local.partition}:logs:${local.scope}:log-group:/aws/vendedlogs/pipes/${var.name}-*"
    access     = "arn:${local.partition}:logs:${local.scope}:log-group:/aws/apigateway/${var.name}*"
    alarms     = "arn:${local.partition}:cloudwatch:${local.scope}:alarm:${var.name}-*"
    dashboards = "arn:${local.partition}:cloudwatch::${data.aws_caller_identity.current.account_id}:dashboard/${var.name}*"
    registry   = "arn:${local.partition}:schemas:${local.scope}:registry/${var.name}"
    schemas    = "arn:${local.partition}:schemas:${local.scope}:schema/${var.name}*"
  }

  # What has other names: tables with their streams, log groups with their log streams.
  existing = flatten([for arn in var.existing_arns : concat(
    [arn], strcontains(arn, ":dynamodb:") ? ["${arn}/stream/*"] : [], strcontains(arn, ":logs:") ? ["${arn}:*"] : [],
  )])
  stack = "arn:${local.partition}:cloudformation:${local.scope}:stack/${var.name}-archive/*"

  roles  = "arn:${local.partition}:iam::${data.aws_caller_identity.current.account_id}:role/${var.name}/*"
  routes = "arn:${local.partition}:apigateway:${data.aws_region.current.id}::/*"

  state = [
    { Sid = "StateList", Effect = "Allow", Action = ["s3:ListBucket"], Resource = aws_s3_bucket.state.arn },
    { Sid = "StateRead", Effect = "Allow", Action = ["s3:GetObject"], Resource = "${aws_s3_bucket.state.arn}/*" },
  ]

  # A plan reads settings of the deployment, and no items, messages or logs. lambda:GetFunction also returns the environment and
  # the code of a function, so it ends at the own names as all actions do that support resources.
  read = [
    {
      Sid    = "Read"
      Effect = "Allow"
      Action = [
        "cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource",
        "dynamodb:DescribeContinuousBackups", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:ListTagsOfResource",
        "events:Describe*", "events:List*",
        "lambda:GetAlias", "lambda:GetFunction*", "lambda:GetPolicy", "lambda:ListTags", "lambda:ListVersionsByFunction",
        "logs:DescribeMetricFilters", "logs:ListTagsForResource",
        "pipes:DescribePipe", "pipes:ListTagsForResource", "schemas:Describe*", "schemas:List*",
        "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags",
      ]
      Resource = concat(values(local.own), local.existing)
    },
    {
      Sid      = "ReadRoles"
      Effect   = "Allow"
      Action   = ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"]
      Resource = local.roles
    },
    # DescribeAlarms returns composite alarms only with permission for all alarms, and DescribeLogGroups searches all groups.
    { Sid = "List", Effect = "Allow", Action = ["cloudwatch:DescribeAlarms", "logs:DescribeLogGroups"], Resource = "*" },
    { Sid = "ReadApi", Effect = "Allow", Action = ["apigateway:GET"], Resource = local.routes },
  ]

  # Keys encrypt the environment of functions, and the archive is a stack then.
  read_keys = [for statement in [
    { Sid = "ReadKeys", Effect = "Allow", Action = ["kms:Decrypt", "kms:DescribeKey"], Resource = var.kms_key_arns },
    { Sid = "ReadStack", Effect = "Allow", Action = ["cloudformation:DescribeStacks", "cloudformation:GetTemplate"], Resource = local.stack },
  ] : statement if length(var.kms_key_arns) > 0]
  write_keys = [for statement in [
    { Sid = "Keys", Effect = "Allow", Action = ["kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"], Resource = var.kms_key_arns },
    {
      Sid       = "Grants"
      Effect    = "Allow"
      Action    = ["kms:CreateGrant"]
      Resource  = var.kms_key_arns
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
    {
      Sid      = "Stack"
      Effect   = "Allow"
      Action   = ["cloudformation:CreateStack", "cloudformation:DeleteStack", "cloudformation:TagResource", "cloudformation:UpdateStack"]
      Resource = local.stack
    },
  ] : statement if length(var.kms_key_arns) > 0]

  # An archive of an existing bus, and the metric filter in an existing log group of authorize. Nothing else there changes.
  write_existing = length(local.existing) == 0 ? [] : [
    { Sid = "Existing", Effect = "Allow", Action = ["events:CreateArchive", "logs:DeleteMetricFilter", "logs:PutMetricFilter"], Resource = local.existing },
  ]

  # Roles need the boundary, so nobody gains permissions by a role that CI creates.
  write = [
    { Sid = "StateWrite", Effect = "Allow", Action = ["s3:PutObject", "s3:DeleteObject"], Resource = "${aws_s3_bucket.state.arn}/tablecast/*" },
    {
      Sid    = "Own"
      Effect = "Allow"
      Action = [
        "cloudwatch:*", "dynamodb:CreateTable", "dynamodb:DeleteTable", "dynamodb:TagResource", "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups", "dynamodb:UpdateTable", "dynamodb:UpdateTimeToLive", "events:*", "lambda:*", "logs:*",
        "pipes:*", "schemas:*", "sqs:*",
      ]
      Resource = flatten([for arn in values(local.own) : [arn, "${arn}:*"]])
    },
    # A pipe with a log, and access logs of the API, need a delivery of logs. These actions do not support resources.
    {
      Sid    = "Deliveries"
      Effect = "Allow"
      Action = [
        "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeResourcePolicies", "logs:GetLogDelivery",
        "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
      ]
      Resource = "*"
    },
    { Sid = "Api", Effect = "Allow", Action = ["apigateway:*"], Resource = local.routes },
    {
      Sid       = "CreateRoles"
      Effect    = "Allow"
      Action    = ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"]
      Resource  = local.roles
      Condition = { StringEquals = { "iam:PermissionsBoundary" = aws_iam_policy.boundary.arn } }
    },
    {
      Sid    = "ChangeRoles"
      Effect = "Allow"
      Action = [
        "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:ListInstanceProfilesForRole", "iam:TagRole", "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy", "iam:UpdateRole",
      ]
      Resource = local.roles
    },
    # The first domain name of an account creates this role.
    {
      Sid       = "DomainNames"
      Effect    = "Allow"
      Action    = ["iam:CreateServiceLinkedRole"]
      Resource  = "arn:${local.partition}:iam::${data.aws_caller_identity.current.account_id}:role/aws-service-role/ops.apigateway.amazonaws.com/*"
      Condition = { StringEquals = { "iam:AWSServiceName" = "ops.apigateway.amazonaws.com" } }
    },
    {
      Sid       = "PassRoles"
      Effect    = "Allow"
      Action    = ["iam:PassRole"]
      Resource  = local.roles
      Condition = { StringEquals = { "iam:PassedToService" = ["lambda.amazonaws.com", "pipes.amazonaws.com"] } }
    },
  ]

  policies = {
    plan  = jsonencode({ Version = "2012-10-17", Statement = concat(local.state, local.read, local.read_keys) })
    apply = jsonencode({ Version = "2012-10-17", Statement = concat(local.state, local.read, local.read_keys, local.write, local.write_keys, local.write_existing) })
  }
}
