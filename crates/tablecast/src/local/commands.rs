//! Commands that users can copy from the terminal. They are about the own pipe files.

use std::env;

use tablecast_local::hints::{Hints, Write};
use tablecast_local::{Addresses, Auth, Identity, Options, REGION};

/// The pattern of everything. Without tokens, everything is granted.
const EVERYTHING: &str = "*";

/// Gets a token and the granted patterns by itself.
pub fn tail(addresses: &Addresses) -> String {
    let url = match addresses.http.port() {
        8787 => String::new(),
        _ => format!(" --url {}", addresses.clients()),
    };
    format!("{} tail{url}", program(""))
}

/// Returns `None` if no pipe grants anything.
pub fn wscat(addresses: &Addresses, options: &Options, hints: &Hints) -> Option<String> {
    let (pattern, token) = match options.auth {
        Auth::None => (EVERYTHING, String::new()),
        Auth::Jwt => {
            (hints.pattern.as_deref()?, format!("&token=$({})", token(addresses, options, &hints.identity)))
        }
    };
    Some(format!("npx wscat -c \"{}/?subscribe={}{token}\"", addresses.clients(), encoded(pattern)))
}

fn token(addresses: &Addresses, options: &Options, identity: &Identity) -> String {
    let claims: String = identity
        .claims
        .iter()
        .map(|(name, value)| format!(" --claim {}", quoted(&format!("{name}={value}"))))
        .collect();
    let data =
        options.data.as_deref().map(|folder| format!(" --data {}", quoted(&folder.display().to_string())));
    let port = match addresses.http.port() {
        8787 => String::new(),
        port => format!(" --port {port}"),
    };
    let data = data.unwrap_or_default();
    format!("{} token --subject {}{claims}{data}{port}", program(" -q"), quoted(&identity.subject))
}

/// The credentials are placeholders, so that the command works without any AWS configuration.
pub fn put_item(addresses: &Addresses, write: &Write) -> String {
    let Write { table, item, .. } = write;
    format!(
        "AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws dynamodb --region {REGION} --endpoint-url {} \
         put-item --table-name {table} --item {}",
        addresses.dynamodb(),
        quoted(item)
    )
}

/// `cargo run --` if Cargo runs this program.
pub fn program(cargo_option: &str) -> String {
    match env::var_os("CARGO") {
        Some(_) => format!("cargo run{cargo_option} --"),
        None => "tablecast".to_owned(),
    }
}

/// Quotes a text for a shell, unless it is plain.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=:@,+".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Encodes a pattern for a query, but keeps the characters that a query may have, so that it stays readable.
/// The server splits at commas after the gateway has decoded them, so `,` and `%` are encoded twice.
fn encoded(pattern: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/*:@".contains(&byte);
    let encode = |byte: u8| match is_plain(byte) {
        true => char::from(byte).to_string(),
        false if b",%".contains(&byte) => format!("%25{byte:02X}"),
        false => format!("%{byte:02X}"),
    };
    pattern.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_pipe_files_cannot_end_a_quotation() {
        assert_eq!(quoted("tenant=acme"), "tenant=acme");
        assert_eq!(quoted("$(id)"), "'$(id)'");
        assert_eq!(quoted(r#"{"n":{"S":"it's"}}"#), r#"'{"n":{"S":"it'\''s"}}'"#);
        assert_eq!(encoded("orders/acme/*"), "orders/acme/*");
        assert_eq!(encoded("a,b%"), "a%252Cb%2525");
        assert_eq!(encoded("a b/$(id)\"é"), "a%20b/%24%28id%29%22%C3%A9");
    }
}
