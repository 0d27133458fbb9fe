output "name" {
  description = "The registry's name."
  value       = aws_schemas_registry.this.name
}

output "schemas" {
  description = "The names of its schemas, tablecast.<pipe>@<event type>."
  value       = keys(aws_schemas_schema.this)
}
