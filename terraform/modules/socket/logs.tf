locals {
  # The query string and the headers stay out, because they can contain tokens.
  access_log_format = jsonencode({
    time       = "$context.requestTimeEpoch"
    event      = "$context.eventType"
    route      = "$context.routeKey"
    connection = "$context.connectionId"
    message    = "$context.messageId"
    request    = "$context.requestId"
    address    = "$context.identity.sourceIp"
    status     = "$context.status"
    error      = "$context.error.message"
    function   = "$context.integration.status"
    took       = "$context.integrationLatency"
  })

  access_log_groups = var.access_logs == "off" ? [] : concat(aws_cloudwatch_log_group.access[*].arn, [
    for name in var.existing_log_group[*] : "arn:${var.aws.partition}:logs:${var.aws.region}:${var.aws.account}:log-group:${name}"
  ])
}

resource "aws_cloudwatch_log_group" "access" {
  count = var.access_logs == "off" || var.existing_log_group != null ? 0 : 1

  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# This role applies to all APIs of the account in the region, so it is opt-in.
resource "aws_api_gateway_account" "this" {
  count = var.access_logs == "on-with-role" ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.logging[0].arn
  depends_on          = [aws_iam_role_policy.logging, terraform_data.account_reset]
}

# Version 6 of the AWS provider clears the setting when it destroys the resource above. Version 5 leaves it, with the ARN of a
# deleted role. It has an argument for this, which version 6 does not know. So the AWS CLI clears the setting, unless it has
# another role by then.
resource "terraform_data" "account_reset" {
  count = var.access_logs == "on-with-role" ? 1 : 0

  input = {
    role  = aws_iam_role.logging[0].arn
    clear = "aws apigateway update-account --region ${var.aws.region} --patch-operations op=replace,path=/cloudwatchRoleArn,value="
    get   = "aws apigateway get-account --region ${var.aws.region} --query cloudwatchRoleArn --output text"
  }

  provisioner "local-exec" {
    when    = destroy
    command = <<-EOT
      { role=$(${self.input.get}) && { [ "$role" != "${self.input.role}" ] || ${self.input.clear}; }; } ||
        echo "The logging role of API Gateway is deleted, but still set in this region. To clear it, run: ${self.input.clear}"
    EOT
  }
}

resource "aws_iam_role" "logging" {
  count = var.access_logs == "on-with-role" ? 1 : 0

  name                 = "${var.name}-api-gateway-logs"
  path                 = var.iam.path
  permissions_boundary = var.iam.permissions_boundary
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

# The same actions as AWS's managed policy AmazonAPIGatewayPushToCloudWatchLogs. API Gateway checks the role when it is set.
resource "aws_iam_role_policy" "logging" {
  count = var.access_logs == "on-with-role" ? 1 : 0

  name = "logs"
  role = aws_iam_role.logging[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Action = [
        "logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams",
        "logs:FilterLogEvents", "logs:GetLogEvents", "logs:PutLogEvents",
      ]
      Resource = "*"
    }]
  })
}
