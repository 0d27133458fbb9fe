//! Prints the addresses when everything is ready.

use std::io::{Write, stdout};

use tablecast_local::machine::Machine;
use tablecast_local::{Addresses, Auth, Options};

use super::commands::{tail, write_and_change, wscat};

/// The table of the commands that write, if it has a pipe.
const EXAMPLE_TABLE: &str = "profiles";

/// Prints one line of JSON, or a text with the addresses and commands to try.
pub fn announce(machine: &Machine, options: &Options, json: bool) {
    let addresses = machine.addresses();
    let text = match json {
        true => format!("{}\n", addresses.json()),
        false => welcome(&addresses, machine.tables(), options),
    };
    // If nobody reads stdout, everything runs all the same.
    let _ = stdout().write_all(text.as_bytes());
    let _ = stdout().flush();
}

fn welcome(addresses: &Addresses, tables: &[String], options: &Options) -> String {
    let has_example = tables.iter().any(|table| table == EXAMPLE_TABLE);
    let example = if has_example { write_and_change(addresses) } else { String::new() };
    let subject = if has_example { "profiles/ada" } else { "*" };
    format!(
        "
tablecast is ready.

{facts}

Listen for events on the page, or in another terminal:

  {tail}
  {wscat}
{example}
Press Ctrl-C to stop.
",
        facts = facts(addresses, tables, options),
        tail = tail(addresses, options, subject),
        wscat = wscat(addresses, options, subject),
    )
}

fn facts(addresses: &Addresses, tables: &[String], options: &Options) -> String {
    let dynamodb = format!("{}   tables: {}", addresses.dynamodb(), tables.join(", "));
    let facts = [
        ("page", addresses.http()),
        ("clients", addresses.clients()),
        ("bus", addresses.bus()),
        ("catalogue", format!("{}/catalogue/", addresses.http())),
        ("DynamoDB", dynamodb),
        ("data", data(options)),
        ("auth", auth(options).to_owned()),
    ];
    facts.map(|(name, value)| format!("  {name:<9}  {value}")).join("\n")
}

fn data(options: &Options) -> String {
    let folder = options.data.as_deref().map(|folder| folder.display().to_string());
    folder
        .unwrap_or_else(|| "in memory, lost when tablecast stops: keep it with --data .tablecast".to_owned())
}

fn auth(options: &Options) -> &'static str {
    match options.auth {
        Auth::Jwt { .. } => "tokens of this machine's development issuer: cargo run -- token --help",
        Auth::None => "none: every program and page of this machine may connect",
    }
}
