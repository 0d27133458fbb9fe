# Reads the parts of the pipe files that Terraform needs. `tablecast check` and the functions read the complete files, and
# also reject unknown keys and invalid expressions. A Rust test of the pipe definition compares `stream_defaults` with the
# defaults of the functions.

locals {
  texts = {
    for file in fileset(var.folder, "*.yaml") : trimsuffix(file, ".yaml") => file("${var.folder}/${file}")
  }
  definitions = { for name, text in local.texts : name => yamldecode(text) if can(keys(yamldecode(text))) }

  stream_defaults = {
    start    = "TRIM_HORIZON"
    batch    = 100
    window   = "0s"
    retries  = null
    max_age  = "6h"
    parallel = 10
    bisect   = false
  }
  streams = {
    for name, definition in local.definitions : name => try(merge(local.stream_defaults, definition.stream), local.stream_defaults)
  }

  buses = { for name, definition in local.definitions : name => try(definition.bus, true) }

  # null for text that is not a duration.
  seconds = {
    for name, stream in local.streams : name => {
      for setting in ["window", "max_age"] : setting => try(
        tonumber(regex("^([0-9]+)([smh])$", stream[setting])[0])
        * { s = 1, m = 60, h = 3600 }[regex("^([0-9]+)([smh])$", stream[setting])[1]],
        null
      )
    }
  }

  # Lists of key attributes; null if the file has something else there. Terraform reads YAML 1.1, in which N means false.
  keys = {
    for name, definition in local.definitions : name => {
      for part in ["partition", "sort"] : part => try(
        [for key, type in lookup(definition.keys, part, {}) : { name = key, type = type == false ? "N" : tostring(type) }],
        part == "sort" && !can(definition.keys.sort) ? [] : null
      )
    }
  }

  tables  = { for name, definition in local.definitions : name => try(tostring(definition.table), "") }
  filters = { for name, definition in local.definitions : name => try([for pattern in concat(definition.filter, []) : jsonencode(pattern)], []) }

  # The names of AWS resources allow fewer characters than the names of tables. The hash keeps such names apart.
  resource_names = {
    for name, table in local.tables : name => (
      can(regex("^[A-Za-z0-9_-]{1,${var.name_limit}}$", table)) ? table :
      "${substr(replace(table, "/[^A-Za-z0-9_-]/", "-"), 0, var.name_limit - 9)}-${substr(sha1(table), 0, 8)}"
    )
  }

  pipes = {
    for name, definition in local.definitions : name => {
      table         = local.tables[name]
      resource_name = local.resource_names[name]
      existing      = contains(var.existing_tables, local.tables[name])
      partition_key = try(local.keys[name].partition[0], null)
      sort_key      = try(local.keys[name].sort[0], null)
      filters       = local.filters[name]
      bus           = try(tobool(local.buses[name]), true)
      state         = try(definition.state != null, false)
      stream = {
        start    = local.streams[name].start
        batch    = local.streams[name].batch
        window   = local.seconds[name].window
        retries  = local.streams[name].retries
        max_age  = local.seconds[name].max_age
        parallel = local.streams[name].parallel
        bisect   = local.streams[name].bisect
      }
    }
  }
}
