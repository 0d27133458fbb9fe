resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.this.arn

  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]

  memory_size                    = var.memory
  timeout                        = var.timeout
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.kms_key_arn

  environment {
    variables = local.environment
  }

  # The functions log JSON. CloudWatch extracts metrics from lines of the level INFO. Lambda drops all lines below
  # application_log_level, metrics too, so it is never above INFO. The functions themselves drop other lines by LOG_LEVEL.
  logging_config {
    log_format            = "JSON"
    application_log_level = contains(["TRACE", "DEBUG"], var.log_level) ? var.log_level : "INFO"
    system_log_level      = "WARN"
    log_group             = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  # Nothing may invoke the function before it has its permissions.
  depends_on = [aws_iam_role_policy.this]
}

locals {
  environment = merge(var.environment, { LOG_LEVEL = var.log_level })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}
