# Parts of the same configuration that do not exist yet. Their ARNs are unknown in a plan, so the mocks have no values before an
# apply.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  packages = "tests/packages"
  issuer   = { url = "https://login.example.com/", jwks_url = "https://login.example.com/keys" }
}

run "existing_parts_may_be_of_the_same_configuration" {
  command = plan
  module { source = "./examples/existing-tables" }

  assert {
    condition     = output.tables.profiles == "acme-profiles"
    error_message = "The table that is not listed must have the prefix."
  }
}

run "they_are_used" {
  module { source = "./examples/existing-tables" }

  override_resource {
    target = aws_dynamodb_table.orders
    values = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/acme-legacy-orders/stream/2026-11-23T00:00:00.000" }
  }

  override_data {
    target = module.tablecast.data.aws_dynamodb_table.existing
    values = {
      stream_enabled = true, stream_view_type = "NEW_AND_OLD_IMAGES"
      stream_arn     = "arn:aws:dynamodb:eu-central-1:111122223333:table/acme-legacy-orders/stream/2026-11-23T00:00:00.000"
    }
  }

  assert {
    condition     = output.tables == { orders = "acme-legacy-orders", profiles = "acme-profiles" }
    error_message = "The stream must name the existing table: ${jsonencode(output.tables)}"
  }
}
