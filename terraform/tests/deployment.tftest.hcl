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
      for name in ["authorize", "connect", "disconnect", "dispatch", "enrich", "subscribe"] : name => {
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
      { Effect = "Allow", Action = ["events:PutEvents"], Resource = "arn:aws:events:eu-central-1:111122223333:event-bus/mock" },
      { Effect = "Allow", Action = ["execute-api:ManageConnections"], Resource = "arn:aws:execute-api:eu-central-1:111122223333:a1b2c3/live/DELETE/@connections/*" },
      { Effect = "Allow", Action = ["dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:Query"], Resource = "arn:aws:dynamodb:eu-central-1:111122223333:table/mock" },
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
      subscribe  = "subscribe", unsubscribe = "subscribe", ping = "subscribe", refresh = "subscribe"
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
        setproduct(["orders", "profiles"], ["bus", "damaged", "dead-letters", "failing", "lag", "refused", "rejected", "stale", "stopped", "suspended", "too-large"]),
        setproduct(["authorize", "connect", "disconnect", "dispatch", "enrich", "subscribe"], ["errors", "throttles"]),
        [["connect", "failed"], ["subscribe", "unavailable"], ["subscribe", "refused"], ["subscribe", "damaged"], ["api", "errors"], ["api", "refused"]],
      ) : "tablecast-${alarm[0]}-${alarm[1]}"
    ])
    error_message = join("\n", concat(["Each pipe and each function must have its alarms:"], output.alarms))
  }

  assert {
    condition = toset(output.alarms) == toset(flatten([
      for heading in flatten(regexall("(?m)^### `(-?[a-z-]+)`$", file("../docs/guides/operate.md"))) : [
        for owner in !startswith(heading, "-") ? [""] : contains(["-errors", "-throttles"], heading) ? keys(local.functions) : keys(local.pipes) :
        "tablecast-${owner}${heading}"
      ]
    ]))
    error_message = "docs/guides/operate.md must have a runbook for each alarm, and for no other."
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

run "schema_registry_false_creates_no_registry" {
  command = plan
  variables { schema_registry = false }

  assert {
    condition     = length(module.registry) == 0 && output.schema_registry == null
    error_message = "There must be no registry and no output of one."
  }
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
  }

  expect_failures = [
    var.name, var.architecture, var.functions, var.throttle, var.access_logs, var.log_level,
    var.archive_retention_days, var.subscriber_accounts, var.subscriber_organization, var.lag_alarm_seconds,
    var.max_event_bytes, var.access_delay_seconds,
  ]
}

run "an_unknown_function_is_rejected" {
  command = plan
  variables { functions = { dispach = { memory = 2048 } } }
  expect_failures = [var.functions]
}
