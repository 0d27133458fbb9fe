resource "aws_schemas_registry" "this" {
  name        = var.name
  description = "What is on the bus ${var.name}, one schema for each pipe and event type"

  lifecycle {
    precondition {
      condition     = length(local.schemas) > 0
      error_message = "${var.file} is missing, or names no schema: `cargo run -- package` writes it; with schema_registry = false there is no registry."
    }
  }
}

# A changed content is a new version, and those of before stay. Only draft 4 and OpenAPI 3 are known there: docs/adr/0016.
resource "aws_schemas_schema" "this" {
  for_each = local.schemas

  name          = each.key
  registry_name = aws_schemas_registry.this.name
  type          = "JSONSchemaDraft4"
  description   = each.value.description
  content       = each.value.content
}

locals {
  # Not one that is there and cannot be read: that is an error, and no empty registry.
  schemas = fileexists(var.file) ? jsondecode(file(var.file)) : {}
}
