//! The request that API Gateway sends to the authorizer.

use std::collections::BTreeMap;

use serde::Deserialize;

type Values = BTreeMap<String, Vec<String>>;

/// The event of a REQUEST authorizer of a WebSocket API. Unused members are left out.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizerEvent {
    /// `arn:aws:execute-api:<region>:<account>:<api>/<stage>/$connect`.
    pub method_arn: String,
    pub request_context: RequestContext,
    multi_value_headers: Option<Values>,
    /// API Gateway has percent-decoded the values.
    multi_value_query_string_parameters: Option<Values>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    pub connection_id: String,
}

impl AuthorizerEvent {
    /// Returns all values of a query parameter.
    pub fn parameter(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_query_string_parameters.iter().flatten();
        values.filter(move |(key, _)| *key == name).flat_map(|(_, values)| values).map(String::as_str)
    }

    /// Returns the sub-protocols that the client offers.
    pub fn offers(&self) -> impl Iterator<Item = &str> {
        self.header("sec-websocket-protocol").flat_map(|offers| offers.split(',')).map(str::trim)
    }

    /// Returns all values of a header, in any case of its name.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.multi_value_headers.iter().flatten();
        let values = values.filter(move |(key, _)| key.eq_ignore_ascii_case(name));
        values.flat_map(|(_, values)| values).map(String::as_str)
    }
}
