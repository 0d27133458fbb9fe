output "problems" {
  description = "The problems in the pipe files, one line each."
  value       = local.problems
}

output "pipes" {
  description = "The table, keys, filters (JSON) and stream settings (durations in seconds) of each pipe."
  value       = local.pipes

  precondition {
    condition     = length(local.problems) == 0
    error_message = "The pipe files have problems. Fix them and run Terraform again:\n${join("\n", local.problems)}"
  }
}
