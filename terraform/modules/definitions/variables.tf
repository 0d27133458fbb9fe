variable "folder" {
  description = "The folder of the pipe files. The file <name>.yaml defines the pipe <name>."
  type        = string
}

variable "existing_tables" {
  description = "The tables that exist already."
  type        = list(string)
  default     = []
}

variable "name_limit" {
  description = "The maximum length of a pipe's name, and of the part of AWS names that stands for its table."
  type        = number
}
