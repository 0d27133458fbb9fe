variable "existing_bus" {
  description = "A bus of the same account and region that exists already, which tablecast publishes to. Its owner decides who may subscribe. The default creates a bus."
  type        = object({ arn = string })
  default     = null

  validation {
    condition     = var.existing_bus == null || can(regex("^arn:[^:]+:events:[^:]+:[0-9]{12}:event-bus/[A-Za-z0-9._-]+$", var.existing_bus.arn))
    error_message = "existing_bus: arn is not the ARN of a bus. Use an ARN such as arn:aws:events:eu-central-1:111122223333:event-bus/company."
  }

  # dispatch, the doctor and the metrics of EventBridge use the name of the bus, which stands for a bus of this account and region.
  validation {
    condition     = alltrue([for bus in var.existing_bus[*] : startswith(bus.arn, "arn:${local.caller.partition}:events:${local.caller.region}:${local.caller.account}:")])
    error_message = "existing_bus: the bus is in another account or region. Leave existing_bus out, and forward the events by a rule of the bus that Terraform creates, as docs/start/deploy.md shows."
  }

  validation {
    condition     = var.existing_bus == null || (length(var.subscriber_accounts) == 0 && var.subscriber_organization == null)
    error_message = "existing_bus: subscriber_accounts or subscriber_organization is set too, and would replace the policy of the bus. Change the policy of an existing bus where that bus is created."
  }
}

variable "archive" {
  description = "Archives the events of the bus, so that EventBridge can replay them to rules. Without an archive, `tablecast replay` still replays what the logs have."
  type        = bool
  default     = true
}

variable "archive_pipes" {
  description = "The pipes whose events the archive takes. The default takes those of all pipes."
  type        = list(string)
  default     = null

  validation {
    condition     = var.archive_pipes == null || try(length(var.archive_pipes) > 0 && length(setsubtract(var.archive_pipes, keys(local.pipes))) == 0, false)
    error_message = "archive_pipes: the list is empty, or has a name that no pipe file has. Use the names of pipe files without .yaml, or set archive to false."
  }
}

variable "archive_retention_days" {
  description = "Retention of the bus archive in days. EventBridge replays events from it. 0 keeps events forever."
  type        = number
  default     = 14

  validation {
    condition     = var.archive_retention_days >= 0 && floor(var.archive_retention_days) == var.archive_retention_days
    error_message = "archive_retention_days: ${var.archive_retention_days} is not a number of days. Use a whole number of days, or 0."
  }
}

variable "schema_registry" {
  description = "Registers the event schemas in the EventBridge schema registry, where users of the account can read them."
  type        = bool
  default     = true
}

variable "subscriber_accounts" {
  description = "AWS accounts that may create their own rules on the bus. They cannot publish events."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for account in var.subscriber_accounts : can(regex("^[0-9]{12}$", account))])
    error_message = "subscriber_accounts: the list contains an invalid account id. Use account ids of 12 digits, in quotes."
  }
}

variable "subscriber_organization" {
  description = "The AWS organization (o-...) whose accounts may create their own rules on the bus. They cannot publish events."
  type        = string
  default     = null

  validation {
    condition     = var.subscriber_organization == null || can(regex("^o-[a-z0-9]{10,32}$", var.subscriber_organization))
    error_message = "subscriber_organization: \"${coalesce(var.subscriber_organization, "null")}\" is not an organization id. Use an id such as o-a1b2c3d4e5."
  }
}

variable "bus_kms_key" {
  description = "A KMS key for the bus and its archive, usually that of kms_key_arn. Its key policy must allow events.amazonaws.com kms:DescribeKey, kms:GenerateDataKey and kms:Decrypt. Events that the bus cannot process without the key go to the queue <name>-bus-undelivered. If the deployment has an archive already, another one replaces it, and its events are lost."
  type        = object({ arn = string })
  default     = null
}

module "bus" {
  source = "./modules/bus"

  name                    = var.name
  partition               = local.aws.partition
  existing                = var.existing_bus
  archive                 = var.archive ? { retention_days = var.archive_retention_days, pipes = var.archive_pipes } : null
  subscriber_accounts     = var.subscriber_accounts
  subscriber_organization = var.subscriber_organization
  kms_key                 = var.bus_kms_key
  tags                    = local.tags
}
