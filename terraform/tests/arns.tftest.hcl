# ARNs that AWS would accept and that could not work.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  packages = "tests/packages"
  tokens   = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
}

run "aliases_of_keys_are_rejected" {
  command = plan

  variables {
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/tablecast"
    existing_tables = { orders = {
      stream_arn  = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000"
      kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:alias/orders"
    } }
  }
  expect_failures = [var.kms_key_arn, var.existing_tables]
}

run "an_alias_of_the_key_of_a_dead_letter_queue_is_rejected" {
  command = plan
  variables {
    existing_dead_letters = { orders = { arn = "arn:aws:sqs:eu-central-1:111122223333:letters", kms_key_arn = "alias/orders" } }
  }
  expect_failures = [var.existing_dead_letters]
}

run "a_bus_of_another_region_is_rejected" {
  command = plan
  variables { existing_bus = { arn = "arn:aws:events:us-east-1:111122223333:event-bus/company" } }
  expect_failures = [var.existing_bus]
}

run "a_bus_of_another_account_is_rejected" {
  command = plan
  variables { existing_bus = { arn = "arn:aws:events:eu-central-1:999988887777:event-bus/company" } }
  expect_failures = [var.existing_bus]
}
