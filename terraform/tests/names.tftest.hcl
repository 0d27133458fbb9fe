# Names that two resources would have.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name     = "acme"
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "a_table_prefix_that_makes_the_name_of_the_log_is_rejected" {
  command = plan
  variables {
    definitions  = "tests/pipes/own-names"
    table_prefix = "acme-"
  }
  expect_failures = [output.tables]
}

run "the_same_pipe_file_with_another_prefix_is_accepted" {
  command = plan
  variables {
    definitions  = "tests/pipes/own-names"
    table_prefix = "prod-"
  }

  assert {
    condition     = output.tables.pipes == { clients = "prod-log" } && output.tables.log == "acme-log" && contains(output.alarms, "acme-clients-lag")
    error_message = "The pipe must have a table of its own: ${jsonencode(output.tables)}"
  }
}

run "one_table_for_two_pipe_files_is_rejected" {
  command = plan
  variables { table_names = { orders = "shared", profiles = "shared" } }
  expect_failures = [output.tables]
}

run "a_pipe_with_the_name_of_a_summary_is_rejected" {
  command = plan
  variables {
    definitions     = "tests/pipes/own-names"
    alarm_summaries = true
  }
  expect_failures = [var.alarm_summaries]
}
