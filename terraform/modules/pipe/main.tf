# Terraform deletes a pipe before it creates the replacement, because both have the same name. No record is lost: the new
# pipe starts at the oldest record of the stream. create_before_destroy would also apply to the pipe's table, and a second
# table with the same name cannot exist. docs/adr/0007-a-pipe-keeps-its-name.md has the details.
resource "aws_pipes_pipe" "this" {
  name          = var.name
  description   = "Events for changes of the table ${local.table}"
  role_arn      = aws_iam_role.this.arn
  desired_state = "RUNNING"
  tags          = var.tags

  # The key of the filters. Records that flow through a pipe are never stored.
  kms_key_identifier = var.kms_key_arn

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

    # Set every field. An update replaces the whole block, and the provider sends 0 for retries that are not set.
    dynamodb_stream_parameters {
      starting_position                  = var.stream.start
      batch_size                         = var.stream.batch
      maximum_batching_window_in_seconds = var.stream.window
      maximum_retry_attempts             = coalesce(var.stream.retries, -1) # -1 has no limit
      maximum_record_age_in_seconds      = var.stream.max_age
      parallelization_factor             = var.stream.parallel
      on_partial_batch_item_failure      = var.stream.bisect ? "AUTOMATIC_BISECT" : null

      dead_letter_config {
        arn = local.letters_arn
      }
    }
  }

  # With asynchronous invocations, Pipes would not see failures and would not keep the order.
  target_parameters {
    lambda_function_parameters {
      invocation_type = "REQUEST_RESPONSE"
    }
  }

  # include_execution_data stays off: records contain attributes that no pipe file allows to leave the table.
  log_configuration {
    level = "ERROR"
    cloudwatch_logs_log_destination {
      log_group_arn = local.log_group_arn
    }
  }

  depends_on = [terraform_data.access, aws_sqs_queue.dead_letters]
}

# Pipes reads the stream with the role when it creates the pipe. AWS needs up to two minutes to publish a new policy and a new
# stream, and until then an apply fails with "Cannot access stream". So a new pipe waits, and a pipe with another stream too.
# The AWS provider does not retry here (its issue 40572).
resource "terraform_data" "access" {
  triggers_replace = [aws_iam_role.this.unique_id, aws_iam_role_policy.this.policy, var.stream_arn]

  provisioner "local-exec" {
    command = "sleep ${var.access_delay}"
  }
}

# Log groups with this prefix need no resource policy. An account can have only ten.
resource "aws_cloudwatch_log_group" "this" {
  count = var.existing_log_group == null ? 1 : 0

  name              = "/aws/vendedlogs/pipes/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

# A dead letter refers to a range of the stream, which keeps records for 24 hours. The queue keeps the dead letter for 14
# days, so that you can see what was lost.
resource "aws_sqs_queue" "dead_letters" {
  count = var.existing_dead_letters == null ? 1 : 0

  name                      = local.letters_name
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = var.kms_key_arn == null ? true : null
  kms_master_key_id         = var.kms_key_arn
  tags                      = var.tags
}

moved {
  from = aws_cloudwatch_log_group.this
  to   = aws_cloudwatch_log_group.this[0]
}

moved {
  from = aws_sqs_queue.dead_letters
  to   = aws_sqs_queue.dead_letters[0]
}
