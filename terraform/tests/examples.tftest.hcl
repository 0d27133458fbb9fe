# A plan of each example. Its account and region are those of the mocks.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  issuer   = { url = "https://login.example.com/", jwks_url = "https://login.example.com/keys" }
}

run "minimal" {
  command = plan
  module { source = "./examples/minimal" }

  assert {
    condition     = output.socket_url == "wss://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "The example must have an address for clients: ${output.socket_url}"
  }
}

# `tables`, `pipes`, `functions` and `versions`, and what else the guides read of Terraform's outputs.
run "roots_have_the_outputs_that_the_runbook_reads" {
  command = plan
  module { source = "./examples/minimal" }

  assert {
    condition = output.tables.pipes.orders == "orders" && output.pipes.orders.name == "acme-orders" && alltrue(flatten([
      for root in [
        "../crates/tablecast/src/init/template", ".", "examples/minimal", "examples/existing-tables", "examples/remote-state", "examples/two-environments",
        ] : [
        for name in flatten([for guide in ["operate", "upgrade"] : [
          for text in [file("../docs/guides/${guide}.md")] :
          concat(regexall("output -(?:json|raw) ([a-z_]+)", text), regexall("output\\s`([a-z_]+)`", text))
        ]]) : strcontains(join("\n", [for part in fileset(root, "*.tf") : file("${root}/${part}")]), "output \"${name}\" {")
      ]
    ]))
    error_message = "docs/guides/operate.md or upgrade.md reads an output that a root does not have."
  }

  assert {
    condition = length(setsubtract(
      keys({ tables = output.tables, pipes = output.pipes }), flatten(regexall("output -json ([a-z_]+)", file("../docs/guides/operate.md")))
    )) == 0
    error_message = "The test above must find the outputs that the runbook reads."
  }
}

run "two_environments_have_their_own_names_and_tables" {
  command = plan
  module { source = "./examples/two-environments" }

  assert {
    condition = { for name, tables in output.tables : name => tables.pipes } == {
      staging    = { orders = "staging-orders", profiles = "staging-profiles" }
      production = { orders = "production-orders", profiles = "production-profiles" }
    }
    error_message = "Each environment must have its own tables: ${jsonencode(output.tables)}"
  }
}

run "remote_state" {
  command = plan
  module { source = "./examples/remote-state" }
  variables { permissions_boundary = "arn:aws:iam::111122223333:policy/acme-boundary" }

  assert {
    condition     = output.socket_url == "wss://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "The example must have an address for clients."
  }
}

run "ci_can_create_roles_with_the_boundary_only" {
  command = plan
  module { source = "./examples/remote-state/bootstrap" }
  variables { repository = "acme/events" }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_iam_role_policy.ci["apply"].policy).Statement :
      can(statement.Condition.StringEquals["iam:PermissionsBoundary"]) && statement.Resource == "arn:aws:iam::111122223333:role/acme/*"
      if length(setintersection(statement.Action, ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"])) > 0
    ])
    error_message = "CI must not create a role without the boundary."
  }

  assert {
    condition = alltrue([for statement in jsondecode(aws_iam_role_policy.ci["plan"].policy).Statement : alltrue([
      for action in statement.Action : can(regex(":(Get|List|Describe|GET)", action)) && !can(regex("^(iam|lambda|logs|sqs):[*]", action))
    ])])
    error_message = "A plan must only read: ${aws_iam_role_policy.ci["plan"].policy}"
  }

  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.ci["plan"].policy).Statement : statement.Action if contains(flatten([statement.Resource]), "*")
    ] == [["cloudwatch:DescribeAlarms", "logs:DescribeLogGroups"]]
    error_message = "A plan must read the code and the environment of its own functions only: ${aws_iam_role_policy.ci["plan"].policy}"
  }

  # The plan cannot write the lock, and a pull request should not hold it.
  assert {
    condition = (
      !strcontains(aws_iam_role_policy.ci["plan"].policy, "s3:PutObject")
      && strcontains(file("examples/remote-state/README.md"), "terraform plan -lock=false")
    )
    error_message = "The README must have a command that the role of pull requests can run."
  }

  assert {
    condition = length(setsubtract(
      ["logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies", "logs:DescribeLogGroups"],
      flatten([for statement in jsondecode(aws_iam_role_policy.ci["apply"].policy).Statement : statement.Action if statement.Resource == "*"]),
    )) == 0
    error_message = "EventBridge Pipes and API Gateway need these permissions of the caller for logs: ${aws_iam_role_policy.ci["apply"].policy}"
  }

  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.ci : length(policy.policy) <= 10240])
    error_message = "IAM accepts 10,240 characters of policies in a role: ${jsonencode([for policy in aws_iam_role_policy.ci : length(policy.policy)])}"
  }

  assert {
    condition = { for name, role in aws_iam_role.ci : name => jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["token.actions.githubusercontent.com:sub"] } == {
      plan = "repo:acme/events:pull_request", apply = "repo:acme/events:environment:production"
    }
    error_message = "Only pull requests may plan, and only the environment may apply."
  }
}

run "ci_and_the_boundary_know_what_exists_under_other_names" {
  command = plan
  module { source = "./examples/remote-state/bootstrap" }
  variables {
    repository = "acme/events"
    existing_arns = [
      "arn:aws:dynamodb:eu-central-1:111122223333:table/orders", "arn:aws:events:eu-central-1:111122223333:event-bus/company",
      "arn:aws:sqs:eu-central-1:111122223333:letters", "arn:aws:logs:eu-central-1:111122223333:log-group:/company/authorize",
    ]
    kms_key_arns = ["arn:aws:kms:eu-central-1:111122223333:key/mock"]
  }

  assert {
    condition = length(setsubtract(
      concat(var.existing_arns, ["${var.existing_arns[0]}/stream/*", "${var.existing_arns[3]}:*"]),
      jsondecode(aws_iam_policy.boundary.policy).Statement[0].Resource,
    )) == 0
    error_message = "The roles of the deployment must be able to use what exists: ${aws_iam_policy.boundary.policy}"
  }

  assert {
    condition = alltrue([for needed in ["dynamodb:DescribeTable ${var.existing_arns[0]}", "kms:Decrypt ${var.kms_key_arns[0]}"] : contains(flatten([
      for statement in jsondecode(aws_iam_role_policy.ci["plan"].policy).Statement : [
        for pair in setproduct(statement.Action, flatten([statement.Resource])) : "${pair[0]} ${pair[1]}"
      ]
    ]), needed)])
    error_message = "A plan must read existing tables, and the environment of functions: ${aws_iam_role_policy.ci["plan"].policy}"
  }

  assert {
    condition = alltrue([for needed in [
      "events:CreateArchive ${var.existing_arns[1]}", "logs:PutMetricFilter ${var.existing_arns[3]}", "kms:CreateGrant ${var.kms_key_arns[0]}",
      "cloudformation:CreateStack arn:aws:cloudformation:eu-central-1:111122223333:stack/acme-archive/*",
      "iam:CreateServiceLinkedRole arn:aws:iam::111122223333:role/aws-service-role/ops.apigateway.amazonaws.com/*",
      ] : contains(flatten([for statement in jsondecode(aws_iam_role_policy.ci["apply"].policy).Statement : [
        for pair in setproduct(statement.Action, flatten([statement.Resource])) : "${pair[0]} ${pair[1]}"
    ]]), needed)])
    error_message = "CI must be able to apply with what exists, with keys and with a domain: ${aws_iam_role_policy.ci["apply"].policy}"
  }

  assert {
    condition     = alltrue([for policy in values(aws_iam_role_policy.ci)[*].policy : length(policy) <= 10240]) && length(aws_iam_policy.boundary.policy) <= 6144
    error_message = "IAM accepts 10,240 characters of policies in a role, and 6,144 in the boundary."
  }
}

run "a_stream_or_a_pattern_is_no_existing_arn" {
  command = plan
  module { source = "./examples/remote-state/bootstrap" }
  variables {
    repository    = "acme/events"
    existing_arns = ["arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000", "arn:aws:sqs:eu-central-1:111122223333:*"]
    kms_key_arns  = ["arn:aws:kms:eu-central-1:111122223333:alias/mock"]
  }
  expect_failures = [var.existing_arns, var.kms_key_arns]
}

run "a_subscriber_receives_its_event_types" {
  command = plan
  module { source = "./examples/subscriber" }
  variables { bus = "arn:aws:events:eu-central-1:111122223333:event-bus/acme" }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this.event_pattern) == { detail-type = ["order.placed.v1", "order.cancelled.v1"] }
    error_message = "The rule must match the event types: ${aws_cloudwatch_event_rule.this.event_pattern}"
  }

  assert {
    condition     = length(aws_lambda_function.this) == 0
    error_message = "A subscriber without a function must have none."
  }
}

run "a_subscriber_has_a_function_that_reports_failed_messages" {
  command = plan
  module { source = "./examples/subscriber" }
  variables {
    bus      = "arn:aws:events:eu-central-1:111122223333:event-bus/acme"
    function = { package = "tests/packages/enrich.zip", runtime = "nodejs22.x", handler = "handler.handler" }
  }

  assert {
    condition = alltrue([
      aws_lambda_event_source_mapping.this["billing"].function_response_types == toset(["ReportBatchItemFailures"]),
      aws_lambda_event_source_mapping.this["billing"].event_source_arn == aws_sqs_queue.events.arn,
      jsondecode(aws_sqs_queue.events.redrive_policy).maxReceiveCount > 1,
      aws_sqs_queue.events.visibility_timeout_seconds >= 6 * aws_lambda_function.this["billing"].timeout,
    ])
    error_message = "The function must read the queue and report failed messages, which must have a dead-letter queue."
  }
}
