# The modules table and function.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "a_table_has_its_stream_protection_and_encryption" {
  command = plan
  module { source = "./modules/table" }

  variables {
    name                   = "orders"
    partition_key          = { name = "tenant", type = "S" }
    sort_key               = { name = "number", type = "N" }
    streamed               = true
    deletion_protection    = true
    point_in_time_recovery = true
    kms_key_arn            = "arn:aws:kms:eu-central-1:111122223333:key/mock"
  }

  assert {
    condition = (
      aws_dynamodb_table.this.stream_view_type == "NEW_AND_OLD_IMAGES"
      && aws_dynamodb_table.this.deletion_protection_enabled
      && aws_dynamodb_table.this.point_in_time_recovery[0].enabled
      && aws_dynamodb_table.this.server_side_encryption[0].kms_key_arn == var.kms_key_arn
    )
    error_message = "The table must have a stream with both images, protection, recovery and the key."
  }

  assert {
    condition     = toset([for attribute in aws_dynamodb_table.this.attribute : "${attribute.name}:${attribute.type}"]) == toset(["tenant:S", "number:N"])
    error_message = "Key attributes must have their types."
  }
}

run "a_function_follows_its_variables" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-dispatch"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = { BUS_NAME = format("%4062s", "x") }
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = true
    kms_key_arn          = "arn:aws:kms:eu-central-1:111122223333:key/mock"
  }

  assert {
    condition = (
      aws_lambda_function.this.runtime == "provided.al2023" && aws_lambda_function.this.architectures == tolist(["arm64"])
      && aws_lambda_function.this.reserved_concurrent_executions == 5
      && aws_lambda_function.this.logging_config[0].log_format == "JSON"
      && aws_lambda_function.this.tracing_config[0].mode == "Active"
      && aws_lambda_function.this.kms_key_arn == var.kms_key_arn
    )
    error_message = "The function must have the configuration of the variables."
  }

  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap(merge(var.environment, { LOG_LEVEL = "INFO" }))
    error_message = "An environment of 4096 bytes must be accepted."
  }

  assert {
    condition = (
      aws_cloudwatch_log_group.this[0].name == "/aws/lambda/tablecast-dispatch"
      && aws_cloudwatch_log_group.this[0].retention_in_days == 30
      && aws_cloudwatch_log_group.this[0].kms_key_id == var.kms_key_arn
    )
    error_message = "The log group must have its retention and key."
  }

  assert {
    condition = flatten([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Action]) == [
      "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "kms:Decrypt",
    ]
    error_message = "Tracing and a key must add their own actions only."
  }

  assert {
    condition     = jsondecode(aws_iam_role.this.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    error_message = "Lambda must be able to assume the role for this account only."
  }
}

run "asynchronous_invocations_have_retries_a_queue_and_a_schedule" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-fanout"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
    async                = { max_age = 600, schedule = { rate = "rate(1 minute)", payload = "{\"sweep\":true}" } }
  }

  assert {
    condition = (
      aws_lambda_function_event_invoke_config.this[0].maximum_retry_attempts == 2
      && aws_lambda_function_event_invoke_config.this[0].maximum_event_age_in_seconds == 600
      && aws_lambda_function_event_invoke_config.this[0].qualifier == "live"
      && aws_sqs_queue.dead_letters[0].name == "tablecast-fanout-dead-letters"
    )
    error_message = "The alias must have retries, an age and a queue for what fails."
  }

  assert {
    condition = (
      aws_cloudwatch_event_rule.schedule[0].schedule_expression == "rate(1 minute)"
      && aws_cloudwatch_event_target.schedule[0].input == "{\"sweep\":true}"
      && aws_cloudwatch_event_target.schedule[0].arn == aws_lambda_alias.live.arn
      && aws_lambda_permission.schedule[0].qualifier == "live"
    )
    error_message = "The schedule must invoke the alias with its payload."
  }

  assert {
    condition = [for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if contains(statement.Action, "sqs:SendMessage")] == [
      "arn:aws:sqs:eu-central-1:111122223333:tablecast-fanout-dead-letters",
    ]
    error_message = "The function must be able to send to its own queue only."
  }
}

run "a_canary_gets_its_share_beside_the_stable_version" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-fanout"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
    stable               = "12"
    canary               = 0.1
  }

  override_resource {
    target          = aws_lambda_function.this
    values          = { version = "13" }
    override_during = plan
  }

  assert {
    condition = (
      aws_lambda_alias.live.function_version == "12"
      && aws_lambda_alias.live.routing_config[0].additional_version_weights == tomap({ "13" = 0.1 })
    )
    error_message = "Version 12 must serve, and the newest version a tenth of the invocations."
  }
}

run "a_version_that_is_the_newest_has_no_canary" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-fanout"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
    stable               = "12"
    canary               = 0.1
  }

  override_resource {
    target          = aws_lambda_function.this
    values          = { version = "12" }
    override_during = plan
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "12" && length(aws_lambda_alias.live.routing_config) == 0
    error_message = "Lambda refuses a canary of the version that serves."
  }
}

run "a_roll_back_serves_an_earlier_version_only" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-fanout"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
    stable               = "12"
    iam                  = { path = "/teams/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
    tags                 = { Team = "events" }
    existing_log_group   = "/company/fanout"
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "12" && length(aws_lambda_alias.live.routing_config) == 0 && aws_lambda_function.this.publish
    error_message = "Version 12 must serve alone."
  }

  assert {
    condition = (
      aws_iam_role.this.path == "/teams/" && aws_iam_role.this.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
      && aws_lambda_function.this.tags.Team == "events"
      && length(aws_cloudwatch_log_group.this) == 0 && aws_lambda_function.this.logging_config[0].log_group == "/company/fanout"
      && length(aws_sqs_queue.dead_letters) + length(aws_cloudwatch_event_rule.schedule) == 0
    )
    error_message = "The role must have the path and the boundary, and the function the tags and the log group."
  }
}

# Lambda drops lines below application_log_level, and the lines of metrics have the level INFO.
run "metrics_do_not_depend_on_the_log_level" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-dispatch"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "ERROR"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
  }

  assert {
    condition = (
      aws_lambda_function.this.logging_config[0].application_log_level == "INFO"
      && aws_lambda_function.this.environment[0].variables.LOG_LEVEL == "ERROR"
    )
    error_message = "Lambda must pass lines of the level INFO, and the function must log errors only."
  }
}

run "a_lower_log_level_applies_to_lambda_too" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-dispatch"
    description          = "Test"
    package              = "tests/packages/dispatch.zip"
    architecture         = "arm64"
    memory               = 1024
    timeout              = 120
    reserved_concurrency = 5
    environment          = {}
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "DEBUG"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
  }

  assert {
    condition = (
      aws_lambda_function.this.logging_config[0].application_log_level == "DEBUG"
      && aws_lambda_function.this.environment[0].variables.LOG_LEVEL == "DEBUG"
    )
    error_message = "Lambda and the function must both pass lines of the level DEBUG."
  }
}

run "a_missing_package_and_values_out_of_range_are_rejected" {
  command = plan
  module { source = "./modules/function" }

  variables {
    name                 = "tablecast-none"
    description          = "Test"
    package              = "tests/packages/none.zip"
    architecture         = "x86_64"
    memory               = 127
    timeout              = 901
    reserved_concurrency = -1
    environment          = { BUS_NAME = format("%4063s", "x") }
    permissions          = []
    aws                  = { partition = "aws", region = "eu-central-1", account = "111122223333" }
    log_level            = "INFO"
    log_retention_days   = 30
    tracing              = false
    kms_key_arn          = null
  }
  expect_failures = [var.package, var.memory, var.timeout, var.environment]
}
