variable "folder" {
  description = "The folder of the pipe files; <name>.yaml is the pipe <name>."
  type        = string
}

variable "existing_tables" {
  description = "Tables that are there already, and the ARNs of their streams."
  type        = map(string)
  default     = {}
}

variable "name_limit" {
  description = "Characters that a pipe's name may have."
  type        = number
}
