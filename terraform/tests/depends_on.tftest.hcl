# A module with depends_on, after a change of the part that it waits for. override_during is not set, because a plan and its
# apply would have different mocked values.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "a_deployment_that_waits_for_another_part" {
  module { source = "./tests/depends-on" }
  variables { revision = 1 }
}

# EventBridge Pipes cannot change the source of a pipe. If the plan did not know it, the pipe would be replaced.
run "a_change_of_the_other_part_leaves_the_stream_of_a_pipe_known" {
  command = plan
  module { source = "./tests/depends-on" }
  variables { revision = 2 }

  assert {
    condition     = [for pipe in output.pipes : pipe.stream_arn if endswith(pipe.name, "users")] == ["arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000"]
    error_message = "The pipe must read the stream of the variable: ${jsonencode(output.pipes)}"
  }
}

# The address of a queue has the partition's domain, which is unknown until Terraform reads the data sources.
run "a_change_of_the_other_part_leaves_the_account_and_the_region_known" {
  command = plan
  module { source = "./tests/depends-on" }
  variables { revision = 2 }

  assert {
    condition     = output.pipes == run.a_deployment_that_waits_for_another_part.pipes
    error_message = "The deployment must stay as it is: ${jsonencode(output.pipes)}"
  }
}
