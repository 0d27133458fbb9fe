mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name = "tablecast"
  file = "tests/packages/registry.json"
}

run "each_schema_of_the_file_is_registered_as_draft_4" {
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
    error_message = "The registry has the bus's name, and each schema its own."
  }

  assert {
    condition = (
      jsondecode(aws_schemas_schema.this["tablecast.orders@order.placed.v1"].content)["$schema"]
      == "http://json-schema.org/draft-04/schema#"
    )
    error_message = "The content is that of the file."
  }
}

run "a_file_that_is_missing_is_told_with_its_remedy" {
  command = plan
  module { source = "./modules/registry" }
  variables { file = "tests/packages/nowhere.json" }
  expect_failures = [aws_schemas_registry.this]
}
