# A function that consumes the queue, and its table, if `function` is set. examples/consumers has functions in three languages.

locals {
  functions = var.function == null ? {} : { (var.name) = var.function }
}

resource "aws_lambda_function" "this" {
  #checkov:skip=CKV_AWS_115:the event source mapping limits the concurrency
  #checkov:skip=CKV_AWS_173:the only variable is the name of the table
  #checkov:skip=CKV_AWS_50:traces cost money, so your company decides
  for_each = local.functions

  function_name    = each.key
  description      = "Consumes the events of ${each.key}"
  role             = aws_iam_role.this[each.key].arn
  filename         = each.value.package
  source_code_hash = filebase64sha256(each.value.package)
  runtime          = each.value.runtime
  handler          = each.value.handler
  architectures    = [each.value.architecture]
  memory_size      = 256
  timeout          = 30

  environment {
    variables = { TABLE = aws_dynamodb_table.this[each.key].name }
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.this[each.key].name
  }

  depends_on = [aws_iam_role_policy.this]
}

# The function returns the messages that failed. SQS delivers only these again.
resource "aws_lambda_event_source_mapping" "this" {
  for_each = local.functions

  function_name           = aws_lambda_function.this[each.key].arn
  event_source_arn        = aws_sqs_queue.events.arn
  batch_size              = 10
  function_response_types = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 10
  }
}

# One item for each subject, with the sequence of its newest event.
resource "aws_dynamodb_table" "this" {
  #checkov:skip=CKV_AWS_119:DynamoDB encrypts with its own key, at no cost
  for_each = local.functions

  name         = each.key
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "subject"

  attribute {
    name = "subject"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts with its own key, at no cost
  for_each = local.functions

  name              = "/aws/lambda/${each.key}"
  retention_in_days = 30
}

resource "aws_iam_role" "this" {
  for_each = local.functions

  name = each.key
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.functions

  name = "function"
  role = aws_iam_role.this[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
        Resource = aws_sqs_queue.events.arn
      },
      {
        Effect   = "Allow"
        Action   = ["dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = aws_dynamodb_table.this[each.key].arn
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.this[each.key].arn}:*"
      },
    ]
  })
}
