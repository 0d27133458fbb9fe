//! Commands that users can copy from the terminal.

use tablecast_local::{Addresses, Auth, Options, REGION};

pub fn tail(addresses: &Addresses, options: &Options, subject: &str) -> String {
    let url = match addresses.http.port() {
        8787 => String::new(),
        _ => format!(" --url {}", addresses.clients()),
    };
    let token = token(options).map(|token| format!(" --token \"{token}\"")).unwrap_or_default();
    format!("cargo run -- tail{url} '{subject}'{token}")
}

pub fn wscat(addresses: &Addresses, options: &Options, subject: &str) -> String {
    let token = token(options).map(|token| format!("&token={token}")).unwrap_or_default();
    format!("npx wscat -c \"{}/?subscribe={subject}{token}\"", addresses.clients())
}

/// A command that prints a token, if clients need one.
fn token(options: &Options) -> Option<String> {
    let data = options.data.as_deref().map(|folder| format!(" --data {}", folder.display()));
    let data = data.unwrap_or_default();
    let is_needed = options.auth != Auth::None;
    is_needed.then(|| format!("$(cargo run -q -- token --subject ada --claim tenant=acme{data})"))
}

/// The credentials are placeholders, so that the commands work without any AWS configuration.
pub fn write_and_change(addresses: &Addresses) -> String {
    let aws = format!(
        "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb --region {REGION} --endpoint-url {}",
        addresses.dynamodb()
    );
    format!(
        r#"
Write an item:

  {aws} put-item --table-name profiles --item '{{"userId":{{"S":"ada"}},"displayName":{{"S":"Ada"}},"email":{{"S":"ada@example.com"}}}}'

Change the item:

  {aws} update-item --table-name profiles --key '{{"userId":{{"S":"ada"}}}}' --update-expression 'SET displayName = :name' --expression-attribute-values '{{":name":{{"S":"Ada Lovelace"}}}}'
"#
    )
}
