use std::collections::BTreeMap;

use serde::Serialize;

use super::super::handshake::Fields;

/// The headers and the query of the upgrade request. Events for messages have neither.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestFields {
    headers: BTreeMap<String, String>,
    multi_value_headers: Fields,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_query_string_parameters: Fields,
}

impl RequestFields {
    pub fn new(headers: Fields, query: Fields) -> Self {
        Self {
            headers: last_values(&headers),
            multi_value_headers: headers,
            query_string_parameters: last_values(&query),
            multi_value_query_string_parameters: query,
        }
    }
}

/// Single-value members contain the last value, as on API Gateway.
fn last_values(fields: &Fields) -> BTreeMap<String, String> {
    let last = fields.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone())));
    last.collect()
}
