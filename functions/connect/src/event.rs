use std::collections::HashMap;

use serde::Deserialize;

type Values = HashMap<String, Vec<String>>;

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
}

impl ConnectEvent {
    /// The comma-separated values of a query parameter, which can be repeated.
    pub fn parameter(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_query_string_parameters.iter().flatten();
        split(values.filter(move |(key, _)| *key == name))
    }

    /// The comma-separated values of a header. The case of its name varies.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_headers.iter().flatten();
        split(values.filter(move |(key, _)| key.eq_ignore_ascii_case(name)))
    }
}

fn split<'a>(fields: impl Iterator<Item = (&'a String, &'a Vec<String>)>) -> impl Iterator<Item = &'a str> {
    fields.flat_map(|(_, values)| values).flat_map(|value| value.split(',')).map(str::trim)
}
