variable "name" {
  description = "The registry's name, which is the bus's."
  type        = string
}

variable "file" {
  description = "The schemas by their names, each with description and content: registry.json, written by `cargo run -- package`."
  type        = string
}
