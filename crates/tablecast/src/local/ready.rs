use std::io::{Write, stdout};

use tablecast_local::machine::{Addresses, Machine, REGION};
use tablecast_local::{Auth, Options};

/// The table that the commands to try write to, when there is a pipe for it.
const EXAMPLE_TABLE: &str = "profiles";

/// On stdout: one line of JSON, or what a person needs to go on.
pub fn announce(machine: &Machine, options: &Options, json: bool) {
    let addresses = machine.addresses();
    let text = match json {
        true => format!("{}\n", addresses.json()),
        false => welcome(&addresses, machine.tables(), options),
    };
    // Nobody may be reading; everything runs all the same.
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

  page       {page}
  clients    {clients}
  bus        {bus}
  catalogue  {http}/catalogue/
  DynamoDB   {dynamodb}   tables: {tables}
  data       {data}
  auth       {auth}

Listen, in a browser at the page, or in another terminal:

  {tail}
  {wscat}
{example}
Ctrl-C ends everything.
",
        page = addresses.http(),
        clients = addresses.clients(),
        bus = addresses.bus(),
        http = addresses.http(),
        dynamodb = addresses.dynamodb(),
        tables = tables.join(", "),
        data = data(options),
        auth = auth(options),
        tail = tail(addresses, options, subject),
        wscat = wscat(addresses, options, subject),
    )
}

fn data(options: &Options) -> String {
    let kept = options.data.as_deref().map(|folder| folder.display().to_string());
    kept.unwrap_or_else(|| "in memory, gone at the end".to_owned())
}

fn auth(options: &Options) -> &'static str {
    match options.auth {
        Auth::Jwt { .. } => "tokens of this machine's development issuer: cargo run -- token --help",
        Auth::None => "none: everybody on this machine may connect",
    }
}

/// A command whose output is a token, where one is needed.
fn token(options: &Options) -> Option<String> {
    let data = options.data.as_deref().map(|folder| format!(" --data {}", folder.display()));
    let data = data.unwrap_or_default();
    let is_needed = options.auth != Auth::None;
    is_needed.then(|| format!("$(cargo run -q -- token --subject ada --claim tenant=acme{data})"))
}

fn tail(addresses: &Addresses, options: &Options, subject: &str) -> String {
    let url = match addresses.http.port() {
        8787 => String::new(),
        _ => format!(" --url {}", addresses.clients()),
    };
    let token = token(options).map(|token| format!(" --token \"{token}\"")).unwrap_or_default();
    format!("cargo run -- tail{url} '{subject}'{token}")
}

fn wscat(addresses: &Addresses, options: &Options, subject: &str) -> String {
    let token = token(options).map(|token| format!("&token={token}")).unwrap_or_default();
    format!("npx wscat -c \"{}/?subscribe={subject}{token}\"", addresses.clients())
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
