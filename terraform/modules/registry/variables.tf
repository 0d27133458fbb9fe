variable "name" {
  description = "The name of the registry and of the bus."
  type        = string
}

variable "file" {
  description = "The path of registry.json, which `cargo run -- package` writes: schemas by name, with description and content."
  type        = string
}
