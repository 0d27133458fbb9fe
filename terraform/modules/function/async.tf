# A function that others invoke without waiting for its result. Lambda keeps such invocations in a queue of its own, and
# repeats those that fail.
resource "aws_lambda_function_event_invoke_config" "this" {
  count = var.async == null ? 0 : 1

  function_name                = aws_lambda_function.this.function_name
  qualifier                    = aws_lambda_alias.live.name
  maximum_retry_attempts       = var.async.retries
  maximum_event_age_in_seconds = var.async.max_age

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters[0].arn
    }
  }

  # Lambda checks that the role may send to the queue.
  depends_on = [aws_iam_role_policy.this]
}

# Lambda stops a chain of about 16 invocations of a function by itself, unless this allows it.
resource "aws_lambda_function_recursion_config" "this" {
  count = try(var.async.recursive, false) ? 1 : 0

  function_name  = aws_lambda_function.this.function_name
  recursive_loop = "Allow"
}

# Invocations that failed after all retries, with their payload and error.
resource "aws_sqs_queue" "dead_letters" {
  count = var.async == null ? 0 : 1

  name                      = local.dead_letters
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  tags                      = var.tags
}

resource "aws_cloudwatch_event_rule" "schedule" {
  count = try(var.async.schedule, null) == null ? 0 : 1

  name                = "${var.name}-schedule"
  description         = "Invokes ${var.name} regularly"
  schedule_expression = var.async.schedule.rate
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "schedule" {
  count = length(aws_cloudwatch_event_rule.schedule)

  rule  = aws_cloudwatch_event_rule.schedule[0].name
  arn   = aws_lambda_alias.live.arn
  input = var.async.schedule.payload

  depends_on = [aws_lambda_permission.schedule]
}

resource "aws_lambda_permission" "schedule" {
  count = length(aws_cloudwatch_event_rule.schedule)

  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this.function_name
  qualifier     = aws_lambda_alias.live.name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[0].arn
}

locals {
  dead_letters     = "${var.name}-dead-letters"
  dead_letters_arn = "arn:${var.aws.partition}:sqs:${var.aws.region}:${var.aws.account}:${local.dead_letters}"
}
