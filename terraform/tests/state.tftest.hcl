# What subscribe may read for the state of pipes.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages    = "tests/packages"
  definitions = "tests/pipes/state"
  tokens      = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
  kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/own"
  existing_tables = { users = {
    stream_arn  = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/users"
  } }
}

run "subscribe_reads_exactly_the_tables_with_state_and_decrypts_them" {
  command = plan

  # The created table is the mocked one. The table invoices has no state.
  assert {
    condition = [for statement in jsondecode(module.function["subscribe"].policy).Statement : jsonencode(statement) if contains(flatten([statement.Action]), "dynamodb:Query") && !can(statement.Condition)] == [
      jsonencode({ Effect = "Allow", Action = ["dynamodb:Query"], Resource = [module.table["orders"].arn, "arn:aws:dynamodb:eu-central-1:111122223333:table/users"] })
    ]
    error_message = "subscribe must read the tables orders and users, and no others: ${module.function["subscribe"].policy}"
  }

  assert {
    condition = [for statement in jsondecode(module.function["subscribe"].policy).Statement : statement.Resource if statement.Action == ["kms:Decrypt"]] == [
      "arn:aws:kms:eu-central-1:111122223333:key/own", ["arn:aws:kms:eu-central-1:111122223333:key/users"]
    ]
    error_message = "subscribe must decrypt with the deployment's key and with the key of the table users: ${module.function["subscribe"].policy}"
  }

  assert {
    condition = alltrue([for name in ["connect", "disconnect", "enrich", "dispatch", "fanout"] :
    !strcontains(module.function[name].policy, "table/users") && !strcontains(module.function[name].policy, "key/users")])
    error_message = "No other function may read the tables of pipes."
  }
}

run "subscribe_finds_the_tables_by_their_real_names" {
  command = plan

  variables {
    table_prefix = "prod-"
  }

  assert {
    condition     = local.functions.subscribe.environment.TABLE_NAMES == local.functions.enrich.environment.TABLE_NAMES
    error_message = "subscribe must have the real names of the tables."
  }
}
