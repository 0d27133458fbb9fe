# The name is fixed, so a pipe that must be replaced (another stream, another starting position) is deleted before the
# new one is created. Nothing is lost in between: the new one starts at the stream's oldest record. Making it the other
# way round would make Terraform create a replaced table before the old one of that name is gone, which cannot be.
resource "aws_pipes_pipe" "this" {
  name          = var.name
  description   = "Changes of the table ${local.table}, as events"
  role_arn      = aws_iam_role.this.arn
  desired_state = "RUNNING"

  source     = var.stream_arn
  enrichment = var.enrichment_arn
  target     = var.target_arn

  source_parameters {
    dynamic "filter_criteria" {
      for_each = length(var.filters) > 0 ? [var.filters] : []
      content {
        dynamic "filter" {
          for_each = filter_criteria.value
          content {
            pattern = filter.value
          }
        }
      }
    }

    # All of them, always: an update replaces the whole block, and the provider sends 0 for the retries it was not told.
    dynamodb_stream_parameters {
      starting_position                  = var.stream.start
      batch_size                         = var.stream.batch
      maximum_batching_window_in_seconds = var.stream.window
      maximum_retry_attempts             = var.stream.retries
      maximum_record_age_in_seconds      = var.stream.max_age
      parallelization_factor             = var.stream.parallel
      on_partial_batch_item_failure      = var.stream.bisect ? "AUTOMATIC_BISECT" : null

      dead_letter_config {
        arn = aws_sqs_queue.dead_letters.arn
      }
    }
  }

  # Asynchronously, Pipes would see no failure and keep no order.
  target_parameters {
    lambda_function_parameters {
      invocation_type = "REQUEST_RESPONSE"
    }
  }

  # Without include_execution_data: the records hold what no schema has allowed out.
  log_configuration {
    level = "ERROR"
    cloudwatch_logs_log_destination {
      log_group_arn = aws_cloudwatch_log_group.this.arn
    }
  }

  # Pipes tries the role out on the stream.
  depends_on = [aws_iam_role_policy.this]
}

# Groups of this prefix need no resource policy of their own, of which an account has ten.
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/vendedlogs/pipes/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

# A dead letter is a place in the stream, which keeps 24 hours: the letter stays longer, to tell what was lost.
#
# Created after the role's policy, though it needs nothing of it: creating a queue takes the provider half a minute, and
# a policy some seconds until all of IAM knows it. Without that time a first apply can fail.
resource "aws_sqs_queue" "dead_letters" {
  name                      = local.dead_letters
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn

  depends_on = [aws_iam_role_policy.this]
}
