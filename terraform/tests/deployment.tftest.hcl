# The complete deployment with default values, except for `packages` and `tokens`.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "the_defaults_deploy_the_example_pipes" {
  command = plan

  assert {
    condition     = output.tables.pipes == { orders = "orders", profiles = "profiles" }
    error_message = "Each pipe file must have one pipe, and a table with the name in the file."
  }

  assert {
    condition = output.pipes["orders"].name == "tablecast-orders" && output.functions == {
      for name in ["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"] : name => {
        name = "tablecast-${name}", log_group = "/aws/lambda/tablecast-${name}"
      }
    }
    error_message = "AWS names must be tablecast-<pipe> and tablecast-<function>."
  }

  assert {
    condition     = output.schema_registry == { name = "tablecast", schemas = ["tablecast.orders@order.placed.v1"] }
    error_message = "The registry must have the name of the bus and the schemas of registry.json."
  }

  assert {
    condition     = output.socket_url == "wss://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "Clients must connect to the stage of the API."
  }

  assert {
    condition     = output.management_endpoint == "https://a1b2c3.execute-api.eu-central-1.amazonaws.com/live"
    error_message = "dispatch must post to the same stage."
  }

  # All mocked tables have the same ARN. The actions show which table a statement is for.
  assert {
    condition = jsonencode(jsondecode(module.function["dispatch"].policy).Statement) == jsonencode([
      { Effect = "Allow", Action = ["events:DescribeEventBus", "events:PutEvents"], Resource = "arn:aws:events:eu-central-1:111122223333:event-bus/mock" },
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/DELETE/@connections/*" },
      { Effect = "Allow", Action = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock" },
      { Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = "arn:aws:lambda:eu-central-1:111122223333:function:tablecast-fanout:live" },
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/POST/@connections/*" },
      { Effect = "Allow", Action = ["dynamodb:PutItem", "dynamodb:Query"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock" },
      { Effect = "Allow", Action = ["dynamodb:PutItem"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock" },
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:eu-central-1:111122223333:log-group:mock:*" },
    ])
    error_message = "dispatch must have the permissions of permissions.yaml and of logging: ${module.function["dispatch"].policy}"
  }

  assert {
    condition     = length(jsondecode(module.function["enrich"].policy).Statement) == 1
    error_message = "enrich must have the permissions of logging only."
  }

  assert {
    condition = jsonencode(jsondecode(module.function["subscribe"].policy).Statement) == jsonencode([
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/DELETE/@connections/*" },
      { Effect = "Allow", Action = ["dynamodb:DeleteItem", "dynamodb:PutItem"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock" },
      {
        Effect    = "Allow", Action = ["dynamodb:Query"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["connection#*"] } }
      },
      {
        Effect    = "Allow", Action = ["dynamodb:UpdateItem"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["quota#*"] } }
      },
      {
        Effect    = "Allow", Action = ["dynamodb:GetItem"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["subscription#*"] } }
      },
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/POST/@connections/*" },
      {
        Effect    = "Allow", Action = ["dynamodb:Query"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock"
        Condition = { "ForAllValues:StringLike" = { "dynamodb:LeadingKeys" = ["tablecast/*"] } }
      },
      { Effect = "Allow", Action = ["logs:CreateLogStream", "logs:PutLogEvents"], Resource = "arn:aws:logs:eu-central-1:111122223333:log-group:mock:*" },
    ])
    error_message = "subscribe must have the permissions of permissions.yaml, with the conditions of conditions.yaml, and of logging: ${module.function["subscribe"].policy}"
  }

  assert {
    condition = (
      local.functions.dispatch.environment.FANOUT_FUNCTION == "arn:aws:lambda:eu-central-1:111122223333:function:tablecast-fanout:live"
      && local.functions.fanout.environment.FANOUT_FUNCTION == local.functions.dispatch.environment.FANOUT_FUNCTION
      && local.functions.fanout.environment.ACCOUNT_POSTS_PER_SECOND == "10000"
      && module.function["fanout"].dead_letters.name == "tablecast-fanout-dead-letters" && module.function["dispatch"].dead_letters == null
    )
    error_message = "dispatch and fanout must invoke fanout, whose failed invocations have a queue."
  }

  assert {
    condition     = length(jsondecode(module.function["authorize"].policy).Statement) == 1
    error_message = "authorize must have the permissions of logging only."
  }

  assert {
    condition     = alltrue([for name in ["enrich", "dispatch"] : local.functions[name].environment.MAX_EVENT_BYTES == "1048576"])
    error_message = "enrich and dispatch must accept events of 1 MB."
  }

  assert {
    condition = local.routes == {
      "$connect" = "connect", "$disconnect" = "disconnect", "$default" = "subscribe"
      subscribe  = "subscribe", unsubscribe = "subscribe", ping = "subscribe", refresh = "subscribe", state = "subscribe"
    }
    error_message = "Each route must call its function."
  }

  assert {
    condition     = toset(keys(local.permissions)) == toset(keys(local.functions))
    error_message = "permissions.yaml must list the deployed functions and no others."
  }

  assert {
    condition = alltrue(flatten([
      for function, resources in local.conditions : [
        for resource, actions in resources : [for action in keys(actions) : contains(local.permissions[function][resource], action)]
      ]
    ]))
    error_message = "Each condition in conditions.yaml must be for an action in permissions.yaml."
  }

  assert {
    condition = toset(output.alarms) == toset([
      for alarm in concat(
        setproduct(["orders", "profiles"], ["bus", "damaged", "dead-letters", "failing", "lag", "refused", "rejected", "stale", "stopped", "too-large"]),
        setproduct(["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"], ["errors", "throttles"]),
        [["authorize", "unanswered"], ["connect", "failed"], ["api", "errors"], ["api", "refused"]],
        setproduct(["subscribe"], ["unavailable", "refused", "damaged", "unrecovered"]),
        setproduct(["fanout"], ["lag", "outage", "throttled", "damaged", "dead-letters"]),
      ) : "tablecast-${alarm[0]}-${alarm[1]}"
    ])
    error_message = join("\n", concat(["Each pipe and each function must have its alarms:"], output.alarms))
  }

  assert {
    condition = toset(output.alarms) == toset(flatten([
      for heading in flatten(regexall("(?m)^### `(-?[a-z-]+)`$", file("../docs/guides/operate.md"))) : [
        for owner in !startswith(heading, "-") ? [""] : contains(["-errors", "-throttles"], heading) ? keys(local.functions) : keys(local.pipes) :
        "tablecast-${owner}${heading}"
      ] if heading != "bus-undelivered" # only with bus_kms_key
    ]))
    error_message = "docs/guides/operate.md must have a runbook for each alarm, and for no other."
  }
}

run "a_bus_with_a_key_has_a_queue_and_its_alarm" {
  command = plan
  variables { bus_kms_key = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" } }

  assert {
    condition = contains(output.alarms, "tablecast-bus-undelivered") && anytrue([
      for heading in flatten(regexall("(?m)^### `([a-z-]+)`$", file("../docs/guides/operate.md"))) : heading == "bus-undelivered"
    ])
    error_message = "The bus must have a queue, an alarm and a runbook for events that it cannot process."
  }
}

# The steps to remove a pipe name its table in the state.
run "the_runbook_has_the_address_of_a_table" {
  command = plan

  assert {
    condition     = module.table["orders"].name == "orders" && strcontains(file("../docs/guides/operate.md"), "state rm 'module.table[\"orders\"]'")
    error_message = "docs/guides/operate.md must remove the table by its address in the state."
  }
}

run "an_existing_table_is_not_created" {
  command = plan

  variables {
    name            = "secondary"
    definitions     = "tests/pipes/good"
    existing_tables = { users = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" } }
  }

  assert {
    condition     = !contains(keys(module.table), "users") && contains(keys(module.table), "invoices") && contains(keys(module.pipe), "users")
    error_message = "Each pipe file must have a pipe, and only the pipe without an existing table a new table."
  }

  assert {
    condition     = output.pipes["users"].name == "secondary-users" && output.tables.rejected == "secondary-rejected"
    error_message = "All AWS names except the pipes' tables must start with the name."
  }
}

run "tables_have_the_names_of_the_deployment" {
  command = plan

  variables {
    table_prefix    = "prod-"
    table_names     = { profiles = "people" }
    existing_tables = { orders = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" } }
  }

  assert {
    condition     = output.tables.pipes == { orders = "users", profiles = "people" }
    error_message = "The stream must name an existing table, and table_names another one: ${jsonencode(output.tables.pipes)}"
  }

  assert {
    condition     = jsondecode(local.functions.enrich.environment.TABLE_NAMES) == { orders = "users", profiles = "people" }
    error_message = "enrich must know the names that differ from the pipe files."
  }
}

run "a_prefix_applies_to_all_tables_of_pipe_files" {
  command = plan
  variables { table_prefix = "prod-" }

  assert {
    condition     = output.tables.pipes == { orders = "prod-orders", profiles = "prod-profiles" } && output.pipes["orders"].name == "tablecast-orders"
    error_message = "Tables must have the prefix, and pipes the name of the deployment: ${jsonencode(output.tables.pipes)}"
  }
}

run "everything_has_the_path_the_boundary_and_the_tags" {
  command = plan

  variables {
    iam_path             = "/teams/events/"
    permissions_boundary = "arn:aws:iam::111122223333:policy/boundary"
    tags                 = { Team = "events" }
  }

  assert {
    condition = (
      local.iam == { path = "/teams/events/", permissions_boundary = "arn:aws:iam::111122223333:policy/boundary" }
      && local.tags == { Application = "tablecast", Team = "events" }
    )
    error_message = "Roles must have the path and the boundary, and resources the tags."
  }
}

run "a_canary_serves_beside_a_version" {
  command = plan
  variables { release = { versions = { dispatch = "12" }, canary = 0.1 } }

  assert {
    condition     = output.versions.dispatch.serving == "12" && output.versions.enrich.serving == output.versions.enrich.newest
    error_message = "dispatch must serve version 12, and the others the newest: ${jsonencode(output.versions)}"
  }
}

run "the_bus_and_queues_and_log_groups_can_exist_already" {
  command = plan

  variables {
    existing_bus          = { arn = "arn:aws:events:eu-central-1:111122223333:event-bus/company" }
    existing_dead_letters = { orders = { arn = "arn:aws:sqs:eu-central-1:111122223333:letters" } }
    existing_log_groups   = { functions = { dispatch = "/company/dispatch" }, pipes = { orders = "/company/orders" } }
  }

  assert {
    condition     = output.bus == { name = "company", arn = "arn:aws:events:eu-central-1:111122223333:event-bus/company" } && local.functions.dispatch.environment.BUS_NAME == "company"
    error_message = "dispatch must publish to the existing bus."
  }

  assert {
    condition     = output.pipes["orders"].dead_letters == "https://sqs.eu-central-1.amazonaws.com/111122223333/letters"
    error_message = "The pipe must use the existing queue: ${output.pipes["orders"].dead_letters}"
  }

  assert {
    condition = output.functions.dispatch.log_group == "/company/dispatch" && contains(flatten([
      for statement in jsondecode(module.function["dispatch"].policy).Statement : statement.Resource
    ]), "arn:aws:logs:eu-central-1:111122223333:log-group:/company/dispatch:*")
    error_message = "dispatch must log to the existing group."
  }
}

run "authorize_shares_its_log_group_with_no_function" {
  command = plan
  variables { existing_log_groups = { functions = { authorize = "/company/functions", dispatch = "/company/functions" } } }
  expect_failures = [var.existing_log_groups]
}

run "other_functions_may_share_a_log_group" {
  command = plan
  variables { existing_log_groups = { functions = { authorize = "/company/authorize", dispatch = "/company/functions", enrich = "/company/functions" } } }

  assert {
    condition     = output.functions.dispatch.log_group == "/company/functions" && output.functions.enrich.log_group == "/company/functions"
    error_message = "dispatch and enrich must log to the same group."
  }
}

run "schema_registry_false_creates_no_registry" {
  command = plan
  variables { schema_registry = false }

  assert {
    condition     = length(module.registry) == 0 && output.schema_registry == null
    error_message = "There must be no registry and no output of one."
  }
}

run "a_timeout_of_a_client_function_below_10_seconds_is_rejected" {
  command = plan
  variables { functions = { subscribe = { timeout = 9 } } }
  expect_failures = [var.functions]
}

run "a_timeout_of_10_seconds_is_accepted" {
  command = plan
  variables { functions = { subscribe = { timeout = 10 } } }
}

run "invalid_values_are_rejected" {
  command = plan

  variables {
    name                    = "Tablecast"
    architecture            = "arm"
    functions               = { enrich = { timeout = 180 } }
    throttle                = { rate = 0 }
    access_logs             = "yes"
    log_level               = "LOUD"
    archive_retention_days  = 1.5
    subscriber_accounts     = ["1234"]
    subscriber_organization = "acme"
    lag_alarm_seconds       = 0
    max_event_bytes         = 2047
    access_delay_seconds    = 901
    iam_path                = "teams"
    table_prefix            = "prod/"
    release                 = { canary = 0.5 }
    alarm_actions           = ["1", "2", "3", "4", "5", "6"]
    domain                  = { name = "https://events.example.com", path = "/v1" }
    existing_tables         = { orders = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/orders" } }
  }

  expect_failures = [
    var.name, var.architecture, var.functions, var.throttle, var.access_logs, var.log_level,
    var.archive_retention_days, var.subscriber_accounts, var.subscriber_organization, var.lag_alarm_seconds,
    var.max_event_bytes, var.access_delay_seconds, var.iam_path, var.table_prefix, var.release,
    var.alarm_actions, var.domain, var.existing_tables,
  ]
}

run "names_that_no_pipe_file_has_are_rejected" {
  command = plan

  variables {
    table_names           = { nothing = "x" }
    archive_pipes         = ["nothing"]
    existing_bus          = { arn = "company" }
    existing_dead_letters = { nothing = { arn = "queue" } }
    existing_log_groups   = { functions = { nothing = "x" } }
  }

  expect_failures = [var.table_names, var.archive_pipes, var.existing_bus, var.existing_dead_letters, var.existing_log_groups]
}

run "a_queue_of_another_account_is_rejected" {
  command = plan
  variables { existing_dead_letters = { orders = { arn = "arn:aws:sqs:eu-central-1:444455556666:letters" } } }
  expect_failures = [var.existing_dead_letters]
}

run "a_queue_of_another_region_is_rejected" {
  command = plan
  variables { existing_dead_letters = { orders = { arn = "arn:aws:sqs:us-east-1:111122223333:letters" } } }
  expect_failures = [var.existing_dead_letters]
}

run "an_unknown_function_is_rejected" {
  command = plan
  variables { functions = { dispach = { memory = 2048 } } }
  expect_failures = [var.functions]
}
