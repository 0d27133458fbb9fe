# Valid and invalid pipe files. These tests need no provider.

variables {
  name_limit = 49
}

run "each_file_defines_a_pipe" {
  command = plan
  module { source = "./modules/definitions" }

  variables {
    folder          = "tests/pipes/good"
    existing_tables = ["users"]
  }

  assert {
    condition     = keys(output.pipes) == ["a-name-of-forty-nine-characters-is-not-one-too-ma", "invoices", "users"]
    error_message = "Each file must define one pipe."
  }

  assert {
    condition = jsonencode(output.pipes.invoices.stream) == jsonencode({
      start = "LATEST", batch = 10000, window = 300, retries = 1, max_age = 82800, parallel = 10, bisect = true
    })
    error_message = "Settings at the limits must be accepted, with durations in seconds: ${jsonencode(output.pipes.invoices.stream)}"
  }

  assert {
    condition = jsonencode(output.pipes.users.stream) == jsonencode({
      start = "TRIM_HORIZON", batch = 100, window = 0, retries = null, max_age = 21600, parallel = 10, bisect = false
    })
    error_message = "Settings must have the defaults of the Rust pipe definition: ${jsonencode(output.pipes.users.stream)}"
  }

  assert {
    condition = (
      output.pipes.invoices.partition_key == { name = "tenant", type = "S" }
      && output.pipes.invoices.sort_key == { name = "number", type = "N" }
      && !output.pipes.invoices.existing
      && output.pipes.users.existing
    )
    error_message = "Terraform must create a table with keys, and must not create an existing table."
  }

  assert {
    condition     = !output.pipes.invoices.bus && output.pipes.users.bus
    error_message = "Pipes publish on the bus unless their file has bus: false."
  }

  assert {
    condition     = output.pipes.invoices.filters == ["{\"eventName\":[\"INSERT\"]}", "{\"dynamodb\":{\"NewImage\":{\"paid\":{\"BOOL\":[false]},\"state\":{\"S\":[\"open\",\"true\"]}}}}"]
    error_message = "Filters must be JSON."
  }
}

run "the_example_pipe_files_are_valid" {
  command = plan
  module { source = "./modules/definitions" }

  variables { folder = "../pipes" }

  assert {
    condition     = alltrue([for pipe in ["orders", "profiles"] : contains(keys(output.pipes), pipe)])
    error_message = "The example pipe files must be valid."
  }
}

run "all_problems_are_reported" {
  command = plan
  module { source = "./modules/definitions" }

  variables {
    folder          = "tests/pipes/bad"
    existing_tables = ["no-pipe"]
  }

  expect_failures = [output.pipes]

  assert {
    condition     = join("\n", output.problems) == trimspace(file("tests/pipes/bad/expected.txt"))
    error_message = join("\n", concat(["The problems must equal expected.txt:"], output.problems))
  }
}

run "a_folder_without_pipe_files_is_rejected" {
  command = plan
  module { source = "./modules/definitions" }

  variables { folder = "tests/pipes/empty" }
  expect_failures = [output.pipes]
}
