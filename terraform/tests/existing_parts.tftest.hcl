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
    condition     = output.tables.pipes.profiles == "acme-profiles"
    error_message = "The table that is not listed must have the prefix."
  }
}
