mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name                    = "tablecast"
  partition               = "aws"
  archive_retention_days  = 14
  subscriber_accounts     = []
  subscriber_organization = null
}

run "a_bus_has_an_archive_and_no_policy" {
  command = plan
  module { source = "./modules/bus" }

  assert {
    condition     = length(aws_cloudwatch_event_bus_policy.this) == 0
    error_message = "Without subscribers no other account may use the bus."
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this.retention_days == 14
    error_message = "The archive must keep events for 14 days."
  }
}

run "subscribers_may_manage_their_own_rules_only" {
  command = plan
  module { source = "./modules/bus" }

  variables {
    subscriber_accounts     = ["444455556666"]
    subscriber_organization = "o-a1b2c3d4e5"
  }

  assert {
    condition = alltrue([
      for statement in jsondecode(aws_cloudwatch_event_bus_policy.this[0].policy).Statement :
      statement.Resource == "arn:aws:events:eu-central-1:111122223333:rule/mock/*"
      && !contains(statement.Action, "events:PutEvents")
      && statement.Condition.StringEqualsIfExists["events:creatorAccount"] == "$${aws:PrincipalAccount}"
    ])
    error_message = "Subscribers may manage their own rules and may not publish events."
  }

  assert {
    condition = (
      jsondecode(aws_cloudwatch_event_bus_policy.this[0].policy).Statement[0].Principal.AWS == ["arn:aws:iam::444455556666:root"]
      && jsondecode(aws_cloudwatch_event_bus_policy.this[0].policy).Statement[1].Condition.StringEquals["aws:PrincipalOrgID"] == "o-a1b2c3d4e5"
    )
    error_message = "The policy must name the subscriber accounts and the organization."
  }
}

run "a_name_that_is_too_long_for_an_archive_is_rejected" {
  command = plan
  module { source = "./modules/bus" }
  variables { name = "a-name-of-forty-nine-characters-is-one-too-many-x" }
  expect_failures = [var.name]
}
