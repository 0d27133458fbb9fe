output "problems" {
  description = "The problems in the pipe files, one line each."
  value       = local.problems
}

output "pipes" {
  description = "The table, the part of AWS names that stands for it, and the keys, filters (JSON) and stream settings (durations in seconds) of each pipe."
  value       = local.pipes

  precondition {
    condition     = length(local.problems) == 0
    error_message = "The pipe files have problems. Fix them and run Terraform again:\n${join("\n", local.problems)}"
  }
}
