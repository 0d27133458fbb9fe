# Checks the pipe files and reports all problems at once. Each problem names the file and the key, and how to fix it.

locals {
  unreadable = [
    for name, text in local.texts : "${name}.yaml: the file is not a YAML map. If a value between { and } contains a ?, put quotes around it."
    if !contains(keys(local.definitions), name)
  ]

  # Each rule has a key, a problem, a fix and a condition. A condition that fails to evaluate, such as a comparison with
  # text, counts as false.
  rules = {
    for name, definition in local.definitions : name => [
      ["", "the file name is not a valid pipe name", "Use 1 to ${var.name_limit} letters, digits, hyphens and underscores",
      can(regex("^[A-Za-z0-9_-]{1,${var.name_limit}}$", name))],
      ["table", "\"${local.tables[name]}\" is not a table name", "Use 3 to 255 letters, digits, dots, hyphens and underscores",
      can(regex("^[A-Za-z0-9_.-]{3,255}$", local.tables[name]))],
      ["", "the alarms of this pipe would have names of other alarms", "Use another name than api, fanout and subscribe",
      !contains(["api", "fanout", "subscribe"], name)],
      ["table", "the dead-letter queue of this pipe would have the name of another queue", "Use another name than fanout here; table_names or existing_tables has the real name",
      local.tables[name] != "fanout"],
      ["table", "another pipe file has the same table", "Use one pipe file for each table",
      length([for table in values(local.tables) : table if table == local.tables[name]]) == 1],
      ["keys", "missing", "Add the table's key, such as { partition: { userId: S } }, or add the table's stream to existing_tables",
      can(definition.keys) || contains(var.existing_tables, local.tables[name])],
      ["keys", "not a table key", "Use one partition attribute and at most one sort attribute of type S, N or B, such as { partition: { userId: S } }; put names such as n and no in quotes",
      !can(definition.keys) || local.valid_keys[name]],
      ["stream", "unknown key or not a map", "Use only start, batch, window, retries, max_age, parallel and bisect",
      try(length(setsubtract(keys(definition.stream), keys(local.stream_defaults))) == 0, !can(definition.stream))],
      ["stream.start", "unknown value", "Use TRIM_HORIZON or LATEST", try(contains(["TRIM_HORIZON", "LATEST"], local.streams[name].start), false)],
      ["stream.batch", "invalid value", "Use 1 to 10000 records", local.counts[name].batch <= 10000],
      ["stream.window", "invalid value", "Use 0s to 5m, as a number and s, m or h", try(local.seconds[name].window <= 300, false)],
      ["stream.retries", "invalid value", "Use 1 to 10000, or leave it out to retry until max_age",
      local.streams[name].retries == null || local.counts[name].retries <= 10000],
      ["stream.max_age", "invalid value", "Use 1m to 23h, as a number and s, m or h",
      try(local.seconds[name].max_age >= 60 && local.seconds[name].max_age <= 82800, false)],
      ["stream.max_age", "not longer than stream.window", "Raise max_age or lower window", try(local.seconds[name].max_age > local.seconds[name].window, true)],
      ["stream.parallel", "invalid value", "Use 1 to 10", local.counts[name].parallel <= 10],
      ["stream.bisect", "unknown value", "Use true or false", can(tobool(local.streams[name].bisect))],
      ["bus", "unknown value", "Use true or false", can(tobool(local.buses[name]))],
      ["log", "unknown key or not a map", "Use only keep and channel",
      try(length(setsubtract(keys(definition.log), ["keep", "channel"])) == 0, !can(definition.log))],
      ["log.keep", "invalid value", "Use 1h to 365d, as a number and s, m, h or d",
      !can(definition.log.keep) || try(local.keep[name] >= 3600 && local.keep[name] <= 365 * 86400, false)],
      ["log.channel", "invalid value", "Use 1 to 8 segments of the subject", !can(definition.log.channel) || local.counts[name].channel <= 8],
      ["filter", "not a list", "Use a list of event patterns", !can(definition.filter) || can(concat(definition.filter, []))],
      ["filter", "too many patterns", "Use at most 5, the limit of EventBridge Pipes", length(local.filters[name]) <= 5],
      ["filter", "a pattern is too long", "Use at most 4096 characters of JSON, the limit of EventBridge Pipes",
      alltrue([for pattern in local.filters[name] : length(pattern) <= 4096])],
      ["filter", "true or false where a name or text is expected", "Put N, Y, yes, no, on and off in quotes",
      !anytrue([for pattern in local.filters[name] : can(regex("\"(true|false)\":|\"S\":\\[(\"[^\"]*\",)*(true|false)[],]", pattern))])],
    ]
  }

  # Values that are not whole numbers above 0 become 1000000, which is above every limit.
  counts = {
    for name, settings in local.counted : name => {
      for setting, count in settings : setting => try(count >= 1 && floor(count) == tonumber(count) ? tonumber(count) : 1000000, 1000000)
    }
  }
  counted = {
    for name, stream in local.streams : name => {
      batch    = stream.batch
      retries  = stream.retries
      parallel = stream.parallel
      channel  = try(local.definitions[name].log.channel, null)
    }
  }

  # Seconds; null for text that is not a duration.
  keep = {
    for name, definition in local.definitions : name => try(
      tonumber(regex("^([0-9]+)([smhd])$", definition.log.keep)[0])
      * { s = 1, m = 60, h = 3600, d = 86400 }[regex("^([0-9]+)([smhd])$", definition.log.keep)[1]],
      null
    )
  }

  valid_keys = {
    for name, keys in local.keys : name => try(
      length(keys.partition) == 1 && length(keys.sort) <= 1
      && alltrue([for key in concat(keys.partition, keys.sort) : contains(["S", "N", "B"], key.type) && !contains(["true", "false"], key.name)]),
      false
    )
  }

  broken_rules = flatten([
    for name, rules in local.rules : [
      for rule in rules : "${name}.yaml: ${rule[0] == "" ? "" : "${rule[0]}: "}${rule[1]}. ${rule[2]}." if !rule[3]
    ]
  ])

  unknown_tables = [
    for table in var.existing_tables : "existing_tables: no pipe file has the table ${table}. Remove the entry, or add a pipe file for the table."
    if !contains(values(local.tables), table)
  ]

  no_files = length(local.texts) > 0 ? [] : ["${var.folder}: the folder has no .yaml file. Add one file for each pipe."]

  problems = concat(local.no_files, local.unreadable, local.broken_rules, local.unknown_tables)
}
