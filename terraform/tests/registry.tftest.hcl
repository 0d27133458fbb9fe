mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name = "tablecast"
  file = "tests/packages/registry.json"
}

run "each_schema_is_registered_as_draft_4" {
  command = plan
  module { source = "./modules/registry" }

  assert {
    condition = (
      aws_schemas_registry.this.name == "tablecast"
      && keys(aws_schemas_schema.this) == ["tablecast.orders@order.placed.v1"]
      && aws_schemas_schema.this["tablecast.orders@order.placed.v1"].registry_name == "tablecast"
      && aws_schemas_schema.this["tablecast.orders@order.placed.v1"].type == "JSONSchemaDraft4"
      && aws_schemas_schema.this["tablecast.orders@order.placed.v1"].description == "A customer placed an order."
    )
    error_message = "The registry must have the given name, and each schema its name, type and description."
  }

  assert {
    condition = (
      jsondecode(aws_schemas_schema.this["tablecast.orders@order.placed.v1"].content)["$schema"]
      == "http://json-schema.org/draft-04/schema#"
    )
    error_message = "The content must be that of the file."
  }
}

run "a_missing_file_is_an_error" {
  command = plan
  module { source = "./modules/registry" }
  variables { file = "tests/packages/nowhere.json" }
  expect_failures = [aws_schemas_registry.this]
}
