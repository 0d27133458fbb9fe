# No provider block: a module takes the provider of its caller, with its region, its role and its default tags. As a root,
# Terraform configures the provider from the environment.
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
