resource "aws_schemas_registry" "this" {
  name        = var.name
  description = "The events on the bus ${var.name}: one schema for each pipe and event type"
  tags        = var.tags

  lifecycle {
    precondition {
      condition     = length(local.schemas) > 0
      error_message = "${var.file}: the file is missing or has no schemas. Run `tablecast package` to write it, or set schema_registry to false."
    }
  }
}

# A change of the content adds a version and keeps the earlier ones. EventBridge supports draft 4 and OpenAPI 3 only; see
# docs/adr/0016-schemas-for-others.md.
resource "aws_schemas_schema" "this" {
  for_each = local.schemas

  name          = each.key
  registry_name = aws_schemas_registry.this.name
  type          = "JSONSchemaDraft4"
  description   = each.value.description
  content       = each.value.content
  tags          = var.tags
}

locals {
  # A file that exists but is not JSON is an error, not an empty registry.
  schemas = fileexists(var.file) ? jsondecode(file(var.file)) : {}
}
