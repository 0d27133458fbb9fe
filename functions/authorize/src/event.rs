use std::collections::HashMap;

use serde::Deserialize;

type Values = HashMap<String, Vec<String>>;

/// What API Gateway asks a REQUEST authorizer of a WebSocket API, as far as it is needed.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizerEvent {
    /// `arn:aws:execute-api:<region>:<account>:<api>/<stage>/$connect`.
    pub method_arn: String,
    pub request_context: RequestContext,
    multi_value_headers: Option<Values>,
    /// Already percent-decoded.
    multi_value_query_string_parameters: Option<Values>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    pub connection_id: String,
}

impl AuthorizerEvent {
    /// All values of a query parameter.
    pub fn parameter(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_query_string_parameters.iter().flatten();
        values.filter(move |(key, _)| *key == name).flat_map(|(_, values)| values).map(String::as_str)
    }

    /// All values of a header; the case of header names varies.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_headers.iter().flatten();
        let values = values.filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        values.flat_map(|(_, values)| values).map(String::as_str)
    }
}
