variable "name" {
  description = "Prefix of all AWS names in this deployment. IAM roles are global, so each deployment in an account needs its own name, also in another region."
  type        = string
  default     = "tablecast"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,29}$", var.name))
    error_message = "name: \"${var.name}\" is not a valid prefix. Use 1 to 30 lowercase letters, digits and hyphens, starting with a letter; AWS limits the names that contain it to 48 or 64 characters."
  }
}

variable "tags" {
  description = "Tags of all resources, in addition to Application = name."
  type        = map(string)
  default     = {}
}

variable "iam_path" {
  description = "The path of the IAM roles, for policies that allow a team to manage roles below a path only. Choose it before the first apply: another path replaces all roles, and clients and pipes fail for some minutes."
  type        = string
  default     = "/"

  validation {
    condition     = can(regex("^/([!-~]+/)?$", var.iam_path)) && length(var.iam_path) <= 512
    error_message = "iam_path: \"${var.iam_path}\" is not a path. Begin and end it with a slash, as in /teams/events/."
  }
}

variable "permissions_boundary" {
  description = "The ARN of the permissions boundary of the IAM roles. The default sets none."
  type        = string
  default     = null
}

variable "definitions" {
  description = "The folder of the pipe files, one file for each pipe. The default is pipes/ beside the folder of this module. In your own repository, set it to a path that begins with path.module. Build the packages from the same folder."
  type        = string
  default     = null
}

variable "packages" {
  description = "The folder of the function packages (zip files). The default is target/lambda/<architecture> beside the folder of this module."
  type        = string
  default     = null
}

variable "architecture" {
  description = "The processor architecture of the packages. arm64 costs 20 % less to run."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "architecture: unknown value \"${var.architecture}\". Use \"x86_64\" or \"arm64\"."
  }
}

variable "kms_key_arn" {
  description = "The ARN of a KMS key, and not of an alias, for the tables, the dead-letter queues, the logs, the pipes' filters and the functions' environment. Its key policy must allow logs.<region>.amazonaws.com to use it, and the roles of this account by their own policies. The bus has bus_kms_key. The default is AWS-owned keys, and for the functions' environment the AWS managed key aws/lambda."
  type        = string
  default     = null

  # IAM policies know keys only by their ARNs. With an alias, no role could decrypt anything.
  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[^:]+:kms:[^:]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn: the value is not the ARN of a key. Use an ARN such as arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab; IAM policies do not accept an alias."
  }
}

variable "max_event_bytes" {
  description = "The size of an event that EventBridge accepts, in bytes. 1 MB since January 2026. Set 262144 in a region or partition that still has the old limit. A record with a larger event is rejected."
  type        = number
  default     = 1048576

  validation {
    condition     = var.max_event_bytes >= 2048 && var.max_event_bytes <= 1048576 && floor(var.max_event_bytes) == var.max_event_bytes
    error_message = "max_event_bytes: ${var.max_event_bytes} is not a size that EventBridge can have. Use a whole number from 2048 to 1048576."
  }
}
