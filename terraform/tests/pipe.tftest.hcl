mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name               = "tablecast-orders"
  stream_arn         = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000"
  stream             = { start = "TRIM_HORIZON", batch = 100, window = 0, retries = 10, max_age = 21600, parallel = 1, bisect = false }
  filters            = ["{\"eventName\":[\"INSERT\"]}", "{\"eventName\":[\"MODIFY\"]}"]
  enrichment_arn     = "arn:aws:lambda:eu-central-1:111122223333:function:tablecast-enrich"
  target_arn         = "arn:aws:lambda:eu-central-1:111122223333:function:tablecast-dispatch"
  access_delay       = 0
  aws                = { partition = "aws", region = "eu-central-1", account = "111122223333" }
  log_retention_days = 30
  kms_key_arn        = null
}

run "a_pipe_sets_every_field" {
  command = plan
  module { source = "./modules/pipe" }

  assert {
    condition = jsonencode(aws_pipes_pipe.this.source_parameters[0].dynamodb_stream_parameters[0]) == jsonencode({
      batch_size                         = 100
      dead_letter_config                 = [{ arn = "arn:aws:sqs:eu-central-1:111122223333:tablecast-orders-dead-letters" }]
      maximum_batching_window_in_seconds = 0
      maximum_record_age_in_seconds      = 21600
      maximum_retry_attempts             = 10
      on_partial_batch_item_failure      = null
      parallelization_factor             = 1
      starting_position                  = "TRIM_HORIZON"
    })
    error_message = "Every field must have a value, and the age must be finite: ${jsonencode(aws_pipes_pipe.this.source_parameters[0].dynamodb_stream_parameters[0])}"
  }

  # Tests cannot see depends_on and provisioners, so this reads the text.
  assert {
    condition = length(terraform_data.access.triggers_replace) > 0 && alltrue([
      for text in ["depends_on = [terraform_data.access,", "command = \"sleep $${var.access_delay}\""] :
      strcontains(file("./modules/pipe/main.tf"), text)
    ])
    error_message = "The pipe must wait for its policy and its stream."
  }

  assert {
    condition     = contains(terraform_data.access.triggers_replace, var.stream_arn) && contains(terraform_data.access.triggers_replace, aws_iam_role_policy.this.policy)
    error_message = "The pipe must wait after a new policy and after a new stream."
  }

  assert {
    condition     = tolist([for filter in aws_pipes_pipe.this.source_parameters[0].filter_criteria[0].filter : filter.pattern]) == var.filters
    error_message = "The pipe must have the filters of the pipe file."
  }

  assert {
    condition = (
      aws_pipes_pipe.this.enrichment == var.enrichment_arn && aws_pipes_pipe.this.target == var.target_arn
      && aws_pipes_pipe.this.target_parameters[0].lambda_function_parameters[0].invocation_type == "REQUEST_RESPONSE"
    )
    error_message = "The pipe must call enrich and dispatch synchronously."
  }

  assert {
    condition = (
      aws_pipes_pipe.this.log_configuration[0].level == "ERROR"
      && try(length(aws_pipes_pipe.this.log_configuration[0].include_execution_data), 0) == 0
      && aws_cloudwatch_log_group.this[0].name == "/aws/vendedlogs/pipes/tablecast-orders"
    )
    error_message = "The pipe must log failures, without data of the records."
  }

  assert {
    condition     = aws_sqs_queue.dead_letters[0].message_retention_seconds == 1209600 && aws_sqs_queue.dead_letters[0].sqs_managed_sse_enabled
    error_message = "The queue must keep dead letters for 14 days, with encryption."
  }

  assert {
    condition = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals == {
      "aws:SourceAccount" = "111122223333"
      "aws:SourceArn"     = "arn:aws:pipes:eu-central-1:111122223333:pipe/tablecast-orders"
    }
    error_message = "Only this pipe may assume the role."
  }

  assert {
    condition = jsonencode(jsondecode(aws_iam_role_policy.this.policy).Statement) == jsonencode([
      { Sid = "Source", Effect = "Allow", Action = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"], Resource = var.stream_arn },
      { Sid = "Functions", Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = [var.enrichment_arn, var.target_arn] },
      { Sid = "DeadLetters", Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "arn:aws:sqs:eu-central-1:111122223333:tablecast-orders-dead-letters" },
    ])
    error_message = "The pipe may read its stream, call its functions and send dead letters, and nothing else: ${aws_iam_role_policy.this.policy}"
  }
}

run "bisect_and_a_key_are_applied" {
  command = plan
  module { source = "./modules/pipe" }

  variables {
    stream      = { start = "LATEST", batch = 1, window = 300, retries = 1, max_age = 82800, parallel = 10, bisect = true }
    filters     = []
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/mock"
  }

  assert {
    condition = (
      aws_pipes_pipe.this.source_parameters[0].dynamodb_stream_parameters[0].on_partial_batch_item_failure == "AUTOMATIC_BISECT"
      && length(aws_pipes_pipe.this.source_parameters[0].filter_criteria) == 0
    )
    error_message = "bisect must become AUTOMATIC_BISECT, and an empty filter must omit the block."
  }

  assert {
    condition = (
      aws_sqs_queue.dead_letters[0].kms_master_key_id == var.kms_key_arn && aws_cloudwatch_log_group.this[0].kms_key_id == var.kms_key_arn
      && one([for one in jsondecode(aws_iam_role_policy.this.policy).Statement : one.Resource if one.Sid == "Keys"]) == [var.kms_key_arn]
      && aws_pipes_pipe.this.kms_key_identifier == var.kms_key_arn
    )
    error_message = "The key must encrypt dead letters, logs and filters, and the role must be able to use it."
  }
}

run "without_retries_only_the_age_ends_them" {
  command = plan
  module { source = "./modules/pipe" }
  variables {
    stream = { start = "LATEST", batch = 1, window = 0, retries = null, max_age = 21600, parallel = 1, bisect = false }
  }

  assert {
    condition = (
      aws_pipes_pipe.this.source_parameters[0].dynamodb_stream_parameters[0].maximum_retry_attempts == -1
      && aws_pipes_pipe.this.source_parameters[0].dynamodb_stream_parameters[0].maximum_record_age_in_seconds == 21600
    )
    error_message = "Retries must have no limit (-1), and the age must have one."
  }
}

run "zero_retries_are_rejected" {
  command = plan
  module { source = "./modules/pipe" }
  variables {
    stream = { start = "LATEST", batch = 1, window = 0, retries = 0, max_age = 82800, parallel = 1, bisect = false }
  }
  expect_failures = [var.stream]
}

run "a_max_age_beyond_the_stream_retention_is_rejected" {
  command = plan
  module { source = "./modules/pipe" }
  variables {
    stream = { start = "LATEST", batch = 1, window = 0, retries = 1, max_age = 82801, parallel = 1, bisect = false }
  }
  expect_failures = [var.stream]
}

run "a_name_that_is_too_long_for_a_role_is_rejected" {
  command = plan
  module { source = "./modules/pipe" }
  variables { name = "a-name-of-sixty-characters-which-is-one-more-than-fits-a-rol" }
  expect_failures = [var.name]
}
