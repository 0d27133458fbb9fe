output "problems" {
  description = "What is wrong with the pipe files, one line each."
  value       = local.problems
}

output "pipes" {
  description = "Each pipe's table, key, filters (JSON) and stream settings (durations in seconds), by the pipe's name."
  value       = local.pipes

  precondition {
    condition     = length(local.problems) == 0
    error_message = "The pipe files cannot be deployed:\n${join("\n", local.problems)}"
  }
}
