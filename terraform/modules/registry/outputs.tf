output "name" {
  description = "The name of the registry."
  value       = aws_schemas_registry.this.name
}

output "schemas" {
  description = "The names of the schemas: tablecast.<pipe>@<event type>."
  value       = keys(aws_schemas_schema.this)
}
