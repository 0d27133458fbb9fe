mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  name                    = "tablecast"
  partition               = "aws"
  archive                 = { retention_days = 14 }
  subscriber_accounts     = []
  subscriber_organization = null
}

run "a_bus_has_an_archive_and_no_policy" {
  command = plan
  module { source = "./modules/bus" }

  assert {
    condition     = length(aws_cloudwatch_event_bus_policy.this) == 0 && length(aws_sqs_queue.undelivered) == 0
    error_message = "Without subscribers no other account may use the bus."
  }

  assert {
    condition     = aws_cloudwatch_event_archive.this[0].retention_days == 14 && aws_cloudwatch_event_archive.this[0].event_pattern == null
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
  variables { name = "a-name-of-39-characters-is-one-too-many" }
  expect_failures = [var.name]
}

run "an_archive_is_optional_and_can_take_the_events_of_some_pipes" {
  command = plan
  module { source = "./modules/bus" }
  variables { archive = { retention_days = 14, pipes = ["orders"] } }

  assert {
    condition     = aws_cloudwatch_event_archive.this[0].event_pattern == jsonencode({ source = ["tablecast.orders"] })
    error_message = "The archive must take the events of the listed pipes: ${aws_cloudwatch_event_archive.this[0].event_pattern}"
  }
}

run "without_an_archive_there_is_none" {
  command = plan
  module { source = "./modules/bus" }
  variables { archive = null }

  assert {
    condition     = length(aws_cloudwatch_event_archive.this) + length(aws_cloudformation_stack.archive) == 0
    error_message = "There must be no archive."
  }
}

run "an_existing_bus_is_not_created_and_its_archive_takes_own_events" {
  command = plan
  module { source = "./modules/bus" }
  variables { existing = { arn = "arn:aws:events:eu-central-1:111122223333:event-bus/company" } }

  assert {
    condition     = length(aws_cloudwatch_event_bus.this) == 0 && output.name == "company" && output.arn == var.existing.arn
    error_message = "The bus must be the existing one."
  }

  assert {
    condition = (
      aws_cloudwatch_event_archive.this[0].event_source_arn == var.existing.arn
      && aws_cloudwatch_event_archive.this[0].event_pattern == jsonencode({ source = [{ prefix = "tablecast." }] })
    )
    error_message = "The archive must not take events of others."
  }
}

run "a_key_encrypts_the_bus_and_the_archive" {
  command = plan
  module { source = "./modules/bus" }
  variables { kms_key = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" } }

  assert {
    condition = (
      aws_cloudwatch_event_bus.this[0].kms_key_identifier == var.kms_key.arn && length(aws_cloudwatch_event_archive.this) == 0
      && jsondecode(aws_cloudformation_stack.archive[0].template_body).Resources.Archive.Properties == {
        ArchiveName      = "tablecast-encrypted", Description = "All events, for replays to new or failed rules", RetentionDays = 14
        KmsKeyIdentifier = var.kms_key.arn, SourceArn = "arn:aws:events:eu-central-1:111122223333:event-bus/mock"
      }
    )
    error_message = "The bus and its archive must have the key: ${aws_cloudformation_stack.archive[0].template_body}"
  }

  assert {
    condition = (
      aws_cloudwatch_event_bus.this[0].dead_letter_config[0].arn == "arn:aws:sqs:eu-central-1:111122223333:mock"
      && aws_sqs_queue.undelivered[0].sqs_managed_sse_enabled && output.undelivered == "tablecast-bus-undelivered"
      && jsondecode(aws_sqs_queue_policy.undelivered[0].policy).Statement[0].Principal == { Service = "events.amazonaws.com" }
      && jsondecode(aws_sqs_queue_policy.undelivered[0].policy).Statement[0].Condition == {
        ArnEquals = { "aws:SourceArn" = "arn:aws:events:eu-central-1:111122223333:event-bus/mock" }
      }
    )
    error_message = "Events that the bus cannot process without its key must go to a queue that does not need the key."
  }
}

run "without_a_key_of_its_own_bus_there_is_no_queue" {
  command = plan
  module { source = "./modules/bus" }
  variables {
    existing = { arn = "arn:aws:events:eu-central-1:111122223333:event-bus/company" }
    kms_key  = { arn = "arn:aws:kms:eu-central-1:111122223333:key/mock" }
  }

  assert {
    condition     = length(aws_sqs_queue.undelivered) == 0 && output.undelivered == null
    error_message = "The owner of an existing bus decides about its queue."
  }
}
