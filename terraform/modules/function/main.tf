resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.this.arn
  tags          = var.tags

  filename                = var.package
  source_code_hash        = filebase64sha256(var.package)
  code_signing_config_arn = var.code_signing_config_arn
  runtime                 = "provided.al2023"
  handler                 = "bootstrap"
  architectures           = [var.architecture]
  publish                 = true

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
    log_group             = local.log_group.name
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

# Everything invokes the function by this alias. So a canary and a roll back change the alias only, within seconds.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that serves"
  function_name    = aws_lambda_function.this.function_name
  function_version = var.stable == null ? aws_lambda_function.this.version : var.stable

  # A function that the release did not change has no newer version, and Lambda refuses the same version twice.
  dynamic "routing_config" {
    for_each = var.stable != null && var.canary > 0 && var.stable != aws_lambda_function.this.version ? [var.canary] : []
    content {
      additional_version_weights = { (aws_lambda_function.this.version) = routing_config.value }
    }
  }
}
