use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

type Values = BTreeMap<String, Vec<String>>;

/// The part of API Gateway's `$connect` event (AWS_PROXY) that this function uses.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectEvent {
    pub request_context: RequestContext,
    multi_value_headers: Option<Values>,
    /// Already percent-decoded.
    multi_value_query_string_parameters: Option<Values>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    pub connection_id: String,
    /// Milliseconds since the Unix epoch.
    pub connected_at: i64,
    pub authorizer: Option<Authorizer>,
}

/// The context from `authorize`. API Gateway turns all its values into texts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Authorizer {
    #[serde(rename = "principalId")]
    pub principal: Option<String>,
    /// The JSON text of the claims.
    pub claims: Option<String>,
    /// Seconds since the Unix epoch.
    pub expires_at: Option<String>,
    /// A refusal as JSON text, and then nothing else. The connection is for its reason only.
    pub refusal: Option<String>,
}

impl ConnectEvent {
    /// The patterns in `subscribe`, which can be repeated. Commas separate patterns. A comma in a pattern is
    /// `%2C`, and a percent sign is `%25`, in what API Gateway has decoded already: `%252C` in the URL.
    pub fn patterns(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let values = self.multi_value_query_string_parameters.iter().flatten();
        split(values.filter(|(key, _)| *key == "subscribe")).map(unescaped)
    }

    /// The sub-protocols that the client offers.
    pub fn offers(&self) -> impl Iterator<Item = &str> {
        self.header("sec-websocket-protocol")
    }

    /// The comma-separated values of a header. The case of its name varies.
    fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_headers.iter().flatten();
        split(values.filter(move |(key, _)| key.eq_ignore_ascii_case(name)))
    }
}

fn split<'a>(fields: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> impl Iterator<Item = &'a str> {
    fields.flat_map(|(_, values)| values).flat_map(|value| value.split(',')).map(str::trim)
}

/// Decodes the two escapes once, and nothing else: another `%` in a subject stays as it is.
fn unescaped(pattern: &str) -> Cow<'_, str> {
    let mut parts = pattern.split('%');
    let first = parts.next().unwrap_or_default();
    let decoded = |part: &str| match part.as_bytes() {
        [b'2', b'C' | b'c', ..] => format!(",{}", &part[2..]),
        [b'2', b'5', ..] => format!("%{}", &part[2..]),
        _ => format!("%{part}"),
    };
    match pattern.contains('%') {
        true => Cow::Owned(parts.map(decoded).fold(first.to_owned(), |text, part| text + &part)),
        false => Cow::Borrowed(pattern),
    }
}
