# A root in which tablecast waits for another part, whose changes Terraform knows only after they are applied.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "revision" {
  description = "A change of the other part."
  type        = number
}

resource "terraform_data" "other" {
  input = var.revision
}

module "tablecast" {
  source = "../.."

  definitions          = "tests/pipes/good"
  packages             = "tests/packages"
  auth                 = "none"
  access_delay_seconds = 0

  existing_tables       = { users = { stream_arn = "arn:aws:dynamodb:eu-central-1:111122223333:table/users/stream/2026-11-23T00:00:00.000" } }
  existing_dead_letters = { users = { arn = "arn:aws:sqs:eu-central-1:111122223333:letters" } }

  depends_on = [terraform_data.other]
}

output "pipes" {
  value = module.tablecast.pipes
}
