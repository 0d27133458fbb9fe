use std::io::{Write, stdout};
use std::path::Path;

use tablecast_local::machine::{Addresses, Machine, REGION};

/// The table that the commands to try write to, when there is a pipe for it.
const EXAMPLE_TABLE: &str = "profiles";

/// On stdout: one line of JSON, or what a person needs to go on.
pub fn announce(machine: &Machine, data: Option<&Path>, json: bool) {
    let addresses = machine.addresses();
    let text = match json {
        true => format!("{}\n", addresses.json()),
        false => welcome(&addresses, machine.tables(), data),
    };
    // Nobody may be reading; everything runs all the same.
    let _ = stdout().write_all(text.as_bytes());
    let _ = stdout().flush();
}

fn welcome(addresses: &Addresses, tables: &[String], data: Option<&Path>) -> String {
    let has_example = tables.iter().any(|table| table == EXAMPLE_TABLE);
    let example = if has_example { write_and_change(addresses) } else { String::new() };
    format!(
        "
tablecast is ready.

  clients    {clients}
  bus        {bus}
  DynamoDB   {dynamodb}   tables: {tables}
  data       {data}

Listen, in another terminal:

  {tail}
  npx wscat -c '{clients}/?subscribe={subject}'
{example}
Ctrl-C ends everything.
",
        clients = addresses.clients(),
        bus = addresses.bus(),
        dynamodb = addresses.dynamodb(),
        tables = tables.join(", "),
        data = data.map_or("in memory, gone at the end".to_owned(), |folder| folder.display().to_string()),
        tail = tail(addresses),
        subject = if has_example { "profiles/*" } else { "*" },
    )
}

fn tail(addresses: &Addresses) -> String {
    match addresses.http.port() {
        8787 => "cargo run -- tail".to_owned(),
        _ => format!("cargo run -- tail --url {}", addresses.clients()),
    }
}

/// Credentials that are worth nothing, so that the commands work without any AWS configuration.
fn write_and_change(addresses: &Addresses) -> String {
    let aws = format!(
        "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb --region {REGION} --endpoint-url {}",
        addresses.dynamodb()
    );
    format!(
        r#"
Write:

  {aws} put-item --table-name profiles --item '{{"userId":{{"S":"ada"}},"displayName":{{"S":"Ada"}},"email":{{"S":"ada@example.com"}}}}'

Change:

  {aws} update-item --table-name profiles --key '{{"userId":{{"S":"ada"}}}}' --update-expression 'SET displayName = :name' --expression-attribute-values '{{":name":{{"S":"Ada Lovelace"}}}}'
"#
    )
}
