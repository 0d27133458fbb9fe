# Applies a pipe file, renames it, and applies again. override_during is not set, because a plan and its apply would have
# different mocked values.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  packages             = "tests/packages"
  tokens               = { issuer = "https://login.example.com/", audience = "tablecast", jwks_url = "https://login.example.com/keys" }
  access_delay_seconds = 0
}

run "before_the_rename" {
  variables { definitions = "tests/pipes/renamed-before" }

  assert {
    condition     = output.pipes["invoices"].name == "tablecast-acme-invoices-${substr(sha1("acme.invoices"), 0, 8)}"
    error_message = "The name of the pipe must be made of the table's name: ${output.pipes["invoices"].name}"
  }
}

# Only a resource that Terraform creates in this run has this queue or this stream.
run "a_renamed_pipe_file_keeps_its_table_its_dead_letters_and_its_pipe" {
  variables { definitions = "tests/pipes/renamed-after" }

  override_resource {
    target = module.table["acme.invoices"].aws_dynamodb_table.this
    values = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/created-again/stream/2026-11-24T00:00:00.000" }
  }

  override_resource {
    target = module.pipe["acme.invoices"].aws_sqs_queue.dead_letters
    values = { url = "https://sqs.eu-central-1.amazonaws.com/111122223333/created-again" }
  }

  assert {
    condition     = output.pipes == { bills = run.before_the_rename.pipes["invoices"] }
    error_message = "The pipe and its queue must be the same as before: ${jsonencode(output.pipes)}"
  }

  assert {
    condition     = !strcontains(module.table["acme.invoices"].stream_arn, "created-again")
    error_message = "The table must be the same as before."
  }
}
