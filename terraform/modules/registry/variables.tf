variable "name" {
  description = "The name of the registry and of the bus."
  type        = string
}

variable "file" {
  description = "The path of registry.json, which `tablecast package` writes: schemas by name, with description and content."
  type        = string
}

variable "tags" {
  description = "The tags of the registry and its schemas."
  type        = map(string)
  default     = {}
}
