# The streams of existing tables.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "a_stream_that_was_turned_off_and_on_is_reported_by_the_plan" {
  command = plan

  variables {
    definitions     = "tests/pipes/good"
    existing_tables = { users = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-22T00:00:00.000" } }
  }
  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_stream_without_both_images_is_rejected" {
  command = plan

  variables {
    definitions     = "tests/pipes/good"
    existing_tables = { users = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" } }
  }
  override_data {
    target = data.aws_dynamodb_table.existing
    values = {
      stream_enabled = true, stream_view_type = "NEW_IMAGE"
      stream_arn     = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000"
    }
  }
  expect_failures = [data.aws_dynamodb_table.existing]
}

run "a_table_without_a_stream_is_rejected" {
  command = plan

  variables {
    definitions     = "tests/pipes/good"
    existing_tables = { users = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" } }
  }
  override_data {
    target = data.aws_dynamodb_table.existing
    values = { stream_enabled = false, stream_view_type = "", stream_arn = "" }
  }
  expect_failures = [data.aws_dynamodb_table.existing]
}
