# An archive of its own. On a bus with other events it takes the events of tablecast only.
resource "aws_cloudwatch_event_archive" "this" {
  count = var.archive != null && var.kms_key == null ? 1 : 0

  name             = var.name
  description      = local.archive_description
  event_source_arn = local.arn
  event_pattern    = local.pattern
  retention_days   = var.archive.retention_days
}

# Version 5 of the AWS provider cannot set the key of an archive. CloudFormation can.
resource "aws_cloudformation_stack" "archive" {
  #checkov:skip=CKV_AWS_124:a stack with one resource changes only when Terraform changes it, and Terraform reports the result
  count = var.archive != null && var.kms_key != null ? 1 : 0

  name = "${var.name}-archive"
  tags = var.tags
  template_body = jsonencode({
    Description = "The archive of the events of ${var.name}, with a customer managed key"
    Resources = {
      Archive = {
        Type = "AWS::Events::Archive"
        Properties = merge(
          {
            ArchiveName      = "${var.name}-encrypted"
            Description      = local.archive_description
            SourceArn        = local.arn
            RetentionDays    = var.archive.retention_days
            KmsKeyIdentifier = var.kms_key.arn
          },
          { for pattern in local.pattern[*] : "EventPattern" => jsondecode(pattern) },
        )
      }
    }
  })
}

locals {
  archive_description = "All events, for replays to new or failed rules"

  # JSON; null for all events of the bus.
  pipes = flatten([for archive in var.archive[*] : [for pipe in sort(archive.pipes) : "tablecast.${pipe}"]])
  pattern = one(concat(
    [for pipes in [local.pipes] : jsonencode({ source = pipes }) if length(pipes) > 0],
    [for existing in var.existing[*] : jsonencode({ source = [{ prefix = "tablecast." }] }) if length(local.pipes) == 0],
  ))
}
