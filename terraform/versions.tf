terraform {
  # Since 1.9 the validation of a variable may refer to other values.
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  default_tags {
    tags = merge({ Application = var.name }, var.tags)
  }
}
