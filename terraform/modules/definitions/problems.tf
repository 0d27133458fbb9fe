# Everything that is wrong with the pipe files, all at once, each with its file, its place and what is right.

locals {
  unreadable = [
    for name, text in local.texts : "${name}.yaml cannot be read: it is no YAML map, or has a ? between { and } that needs quotes around its expression"
    if !contains(keys(local.definitions), name)
  ]

  # A rule that cannot be evaluated, because a number is a text, say, does not hold.
  rules = {
    for name, definition in local.definitions : name => [
      ["", "is a pipe's name: 1 to ${var.name_limit} letters, digits, - and _",
      can(regex("^[A-Za-z0-9_-]{1,${var.name_limit}}$", name))],
      ["table", "is the table's name: 3 to 255 letters, digits, _ - and .",
      can(regex("^[A-Za-z0-9_.-]{3,255}$", local.tables[name]))],
      ["table", "has another pipe: a table has one",
      length([for table in values(local.tables) : table if table == local.tables[name]]) == 1],
      ["keys", "is missing: say the table's key, { partition: { userId: S } }, or give the table's stream in existing_tables",
      can(definition.keys) || contains(keys(var.existing_tables), local.tables[name])],
      ["keys", "has one attribute of type S, N or B for partition, and at most one for sort, names such as n and no in quotes: { partition: { userId: S } }",
      !can(definition.keys) || local.keys_hold[name]],
      ["stream", "has start, batch, window, retries, max_age, parallel and bisect, and nothing else",
      try(length(setsubtract(keys(definition.stream), keys(local.stream_defaults))) == 0, !can(definition.stream))],
      ["stream.start", "is TRIM_HORIZON or LATEST", try(contains(["TRIM_HORIZON", "LATEST"], local.streams[name].start), false)],
      ["stream.batch", "is 1 to 10000 records", local.counts[name].batch <= 10000],
      ["stream.window", "is 0s to 5m, a number and s, m or h", try(local.seconds[name].window <= 300, false)],
      ["stream.retries", "is 1 to 10000: never infinite", local.counts[name].retries <= 10000],
      ["stream.max_age", "is 1m to 23h, a number and s, m or h",
      try(local.seconds[name].max_age >= 60 && local.seconds[name].max_age <= 82800, false)],
      ["stream.max_age", "is longer than stream.window", try(local.seconds[name].max_age > local.seconds[name].window, true)],
      ["stream.parallel", "is 1 to 10", local.counts[name].parallel <= 10],
      ["stream.bisect", "is true or false", can(tobool(local.streams[name].bisect))],
      ["filter", "is a list of patterns", !can(definition.filter) || can(concat(definition.filter, []))],
      ["filter", "has at most 5 patterns: a limit of EventBridge Pipes", length(local.filters[name]) <= 5],
      ["filter", "has patterns of at most 4096 characters as JSON: a limit of EventBridge Pipes",
      alltrue([for pattern in local.filters[name] : length(pattern) <= 4096])],
      ["filter", "has true or false for a name or a text: put N, Y, yes, no, on and off in quotes",
      !anytrue([for pattern in local.filters[name] : can(regex("\"(true|false)\":|\"S\":\\[(\"[^\"]*\",)*(true|false)[],]", pattern))])],
    ]
  }

  # Beyond every limit where it is no whole number above 0.
  counts = {
    for name, stream in local.streams : name => {
      for setting in ["batch", "retries", "parallel"] : setting => try(
        stream[setting] >= 1 && floor(stream[setting]) == tonumber(stream[setting]) ? tonumber(stream[setting]) : 1000000, 1000000
      )
    }
  }

  keys_hold = {
    for name, keys in local.keys : name => try(
      length(keys.partition) == 1 && length(keys.sort) <= 1
      && alltrue([for key in concat(keys.partition, keys.sort) : contains(["S", "N", "B"], key.type) && !contains(["true", "false"], key.name)]),
      false
    )
  }

  broken = flatten([
    for name, rules in local.rules : [
      for rule in rules : "${name}.yaml: ${trimspace("${rule[0]} ${rule[1]}")}" if !rule[2]
    ]
  ])

  strangers = [
    for table, stream in var.existing_tables : "existing_tables: no pipe file has the table ${table}" if !contains(values(local.tables), table)
  ]

  elsewhere = [
    for table, stream in var.existing_tables :
    "existing_tables: ${table} needs the ARN of that table's stream, arn:aws:dynamodb:...:table/${table}/stream/...; it has ${stream}"
    if !can(regex("^arn:[^:]+:dynamodb:[^:]+:[0-9]{12}:table/${table}/stream/.+$", stream))
  ]

  empty = length(local.texts) > 0 ? [] : ["${var.folder} has no .yaml file: one there is one pipe"]

  problems = concat(local.empty, local.unreadable, local.broken, local.strangers, local.elsewhere)
}
