//! Prints the addresses when everything is ready.

use std::io::{Write, stdout};
use std::time::Duration;

use tablecast_local::hints::Hints;
use tablecast_local::machine::Machine;
use tablecast_local::{Addresses, Auth, Options};

use super::commands::{program, put_item, tail, wscat};

/// Prints one line of JSON, or a text with the addresses and commands to try.
pub fn announce(machine: &Machine, options: &Options, json: bool, after: Duration) {
    let addresses = machine.addresses();
    let text = match json {
        true => format!("{}\n", addresses.json()),
        false => welcome(machine, options, after),
    };
    // If nobody reads stdout, everything runs all the same.
    let _ = stdout().write_all(text.as_bytes());
    let _ = stdout().flush();
}

fn welcome(machine: &Machine, options: &Options, after: Duration) -> String {
    let (addresses, hints) = (&machine.addresses(), machine.hints());
    let facts = facts(addresses, machine.tables(), options, after);
    let listen = listen(addresses, hints, options);
    let write = write(addresses, hints);
    format!("\ntablecast is ready.\n\n{facts}\n{listen}{write}\n{}\nPress Ctrl-C to stop.\n", edit(options))
}

fn edit(options: &Options) -> String {
    let (pipes, schemas) = (options.pipes.display(), options.schemas.display());
    format!("Edits in {pipes} and {schemas} are used at once; connections and tables stay.\n")
}

fn listen(addresses: &Addresses, hints: &Hints, options: &Options) -> String {
    match wscat(addresses, options, hints) {
        Some(wscat) => {
            let tail = tail(addresses);
            format!("\nListen for events on the page, or in another terminal:\n\n  {tail}\n  {wscat}\n")
        }
        None => "\nNo client can subscribe: no pipe file has a `grant` that a token can fill.\n".to_owned(),
    }
}

fn write(addresses: &Addresses, hints: &Hints) -> String {
    match &hints.write {
        Some(write) => {
            let (emits, command) = (write.emits.join(", "), put_item(addresses, write));
            format!("\nWrite an item, which becomes {emits}:\n\n  {command}\n")
        }
        None => {
            "\nFor a command that writes an item, add a test to a pipe file: docs/reference/pipe-file.md\n"
                .to_owned()
        }
    }
}

fn facts(addresses: &Addresses, tables: &[String], options: &Options, after: Duration) -> String {
    let dynamodb = format!("{}   tables: {}", addresses.dynamodb(), tables.join(", "));
    let facts = [
        ("page", addresses.http()),
        ("clients", addresses.clients()),
        ("bus", addresses.bus()),
        ("catalogue", format!("{}/catalogue/", addresses.http())),
        ("DynamoDB", dynamodb),
        ("data", data(options)),
        ("auth", auth(options)),
        ("started", format!("in {:.2} s", after.as_secs_f64())),
    ];
    facts.map(|(name, value)| format!("  {name:<9}  {value}")).join("\n")
}

fn data(options: &Options) -> String {
    let folder = options.data.as_deref().map(|folder| folder.display().to_string());
    folder
        .unwrap_or_else(|| "in memory, lost when tablecast stops: keep it with --data .tablecast".to_owned())
}

fn auth(options: &Options) -> String {
    match options.auth {
        Auth::Jwt => format!("tokens of this machine's development issuer: {} token --help", program("")),
        Auth::None => "none: every program and page of this machine may connect".to_owned(),
    }
}
