# What pipe files say, and which of them are refused. No provider takes part.

variables {
  name_limit = 49
}

run "a_file_is_a_pipe" {
  command = plan
  module { source = "./modules/definitions" }

  variables {
    folder          = "tests/pipes/good"
    existing_tables = { users = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" }
  }

  assert {
    condition     = keys(output.pipes) == ["a-name-of-forty-nine-characters-is-not-one-too-ma", "invoices", "users"]
    error_message = "One pipe for each file."
  }

  assert {
    condition = jsonencode(output.pipes.invoices.stream) == jsonencode({
      start = "LATEST", batch = 10000, window = 300, retries = 1, max_age = 82800, parallel = 10, bisect = true
    })
    error_message = "What the file says, at the limits, durations in seconds: ${jsonencode(output.pipes.invoices.stream)}"
  }

  assert {
    condition = jsonencode(output.pipes.users.stream) == jsonencode({
      start = "TRIM_HORIZON", batch = 100, window = 0, retries = 10, max_age = 21600, parallel = 1, bisect = false
    })
    error_message = "The defaults of crates/pipeline/src/definition.rs: ${jsonencode(output.pipes.users.stream)}"
  }

  assert {
    condition = (
      output.pipes.invoices.partition_key == { name = "tenant", type = "S" }
      && output.pipes.invoices.sort_key == { name = "number", type = "N" }
      && output.pipes.invoices.existing == null
      && output.pipes.users.existing == var.existing_tables.users
    )
    error_message = "A table with keys is made, one that exists is not."
  }

  assert {
    condition     = output.pipes.invoices.filters == ["{\"eventName\":[\"INSERT\"]}", "{\"dynamodb\":{\"NewImage\":{\"paid\":{\"BOOL\":[false]},\"state\":{\"S\":[\"open\",\"true\"]}}}}"]
    error_message = "Filters are JSON."
  }
}

run "the_examples_are_pipes" {
  command = plan
  module { source = "./modules/definitions" }

  variables { folder = "../pipes" }

  assert {
    condition     = alltrue([for pipe in ["orders", "profiles"] : contains(keys(output.pipes), pipe)])
    error_message = "The example pipe files can be deployed."
  }
}

run "whatever_is_wrong_is_told" {
  command = plan
  module { source = "./modules/definitions" }

  variables {
    folder = "tests/pipes/bad"
    existing_tables = {
      elsewhere = "arn:aws:dynamodb:eu-central-1:111122223333:table/other/stream/2026-11-23T00:00:00.000"
      nobodys   = "arn:aws:dynamodb:eu-central-1:111122223333:table/nobodys/stream/2026-11-23T00:00:00.000"
    }
  }

  expect_failures = [output.pipes]

  assert {
    condition     = join("\n", output.problems) == trimspace(file("tests/pipes/bad/expected.txt"))
    error_message = join("\n", concat(["The problems are those of expected.txt:"], output.problems))
  }
}

run "a_folder_without_pipes_is_refused" {
  command = plan
  module { source = "./modules/definitions" }

  variables { folder = "tests/pipes/empty" }
  expect_failures = [output.pipes]
}
