# Composite alarms: one for each owner (a pipe, the functions, clients) and severity, and one for the whole deployment.
# CloudWatch accepts 100 alarms in a rule of 10,240 characters, so the deployment can have several.

locals {
  # Nothing is late or lost, or somebody has days to react. All other alarms are critical. An entry with a hyphen in front is an
  # ending, and the others are whole names.
  warnings = ["fanout-throttled", "-rejected", "-damaged", "-too-large", "-throttles", "-stale", "api-refused", "-unrecovered"]

  all_alarms = merge(local.pipe_alarms, local.function_alarms, local.bus_alarms, local.client_alarms)
  severities = {
    for key in concat(keys(local.all_alarms), flatten([for pipe in keys(var.pipes) : ["${pipe}-stopped", "${pipe}-stale"]])) :
    key => anytrue([for warning in local.warnings : startswith(warning, "-") ? endswith(key, warning) : key == warning]) ? "warning" : "critical"
  }
  actions = { critical = var.critical_actions, warning = var.warning_actions }

  # The alarms of each owner.
  owners = merge(
    { for pipe in keys(var.pipes) : pipe => concat(keys(local.own_alarms[pipe]), ["${pipe}-stopped", "${pipe}-stale"]) },
    { functions = concat(keys(local.function_alarms), keys(local.bus_alarms)), clients = keys(local.client_alarms) },
  )
  names = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name },
    { for pipe, alarm in aws_cloudwatch_metric_alarm.stopped : "${pipe}-stopped" => alarm.alarm_name },
    { for pipe, alarm in aws_cloudwatch_metric_alarm.stale : "${pipe}-stale" => alarm.alarm_name },
  )

  summaries = merge([
    for severity in var.summaries ? ["critical", "warning"] : [] : {
      for owner, keys in local.owners : "${owner}-${severity}" => {
        severity = severity
        alarms   = sort([for key in keys : key if local.severities[key] == severity])
      }
    }
  ]...)

  totals = merge([
    for severity in var.summaries ? ["critical", "warning"] : [] : {
      for index, keys in chunklist([for key, summary in local.summaries : key if summary.severity == severity], 80) :
      (index == 0 ? severity : "${severity}-${index + 1}") => keys
    }
  ]...)
}

resource "aws_cloudwatch_composite_alarm" "owner" {
  for_each = local.summaries

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "The ${each.value.severity} alarms: ${join(", ", each.value.alarms)}. docs/guides/operate.md has a runbook for each."
  alarm_rule        = join(" OR ", [for key in each.value.alarms : "ALARM(\"${local.names[key]}\")"])
  tags              = var.tags

  alarm_actions = local.actions[each.value.severity]
  ok_actions    = local.actions[each.value.severity]
}

# Their state is that of the deployment, for dashboards and alarms of other systems. The alarms above notify.
resource "aws_cloudwatch_composite_alarm" "deployment" {
  for_each = local.totals

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${length(each.value)} summaries of ${var.name}. The state of the alarm names the ones that are active."
  alarm_rule        = join(" OR ", [for key in each.value : "ALARM(\"${aws_cloudwatch_composite_alarm.owner[key].alarm_name}\")"])
  tags              = var.tags
}
