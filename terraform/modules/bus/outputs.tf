output "name" {
  description = "The name of the bus."
  value       = local.name
}

output "arn" {
  description = "The ARN of the bus."
  value       = local.arn
}
