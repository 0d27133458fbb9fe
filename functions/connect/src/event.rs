use std::collections::HashMap;

use serde::Deserialize;

type Values = HashMap<String, Vec<String>>;

/// What API Gateway sends for `$connect` (AWS_PROXY), as far as it is needed.
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
    /// Milliseconds since the epoch.
    pub connected_at: i64,
    pub authorizer: Option<Authorizer>,
}

/// What `authorize` found in the token. API Gateway makes texts of all values.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Authorizer {
    #[serde(rename = "principalId")]
    pub principal: Option<String>,
    /// The JSON text of the claims.
    pub claims: Option<String>,
    /// Seconds since the epoch.
    pub expires_at: Option<String>,
}

impl ConnectEvent {
    /// The comma-separated words of a query parameter, wherever it is repeated.
    pub fn parameter(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_query_string_parameters.iter().flatten();
        words(values.filter(move |(key, _)| *key == name))
    }

    /// The comma-separated words of a header; the case of header names varies.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_headers.iter().flatten();
        words(values.filter(move |(key, _)| key.eq_ignore_ascii_case(name)))
    }
}

fn words<'a>(fields: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> impl Iterator<Item = &'a str> {
    fields.flat_map(|(_, values)| values).flat_map(|value| value.split(',')).map(str::trim)
}
