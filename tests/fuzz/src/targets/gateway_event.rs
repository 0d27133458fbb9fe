//! Events that API Gateway delivers, and a plain reading of them.

use serde_json::{Value as Json, json};

pub const WORDS: &[&str] = &[
    "requestContext",
    "connectionId",
    "connectedAt",
    "authorizer",
    "multiValueQueryStringParameters",
    "multiValueHeaders",
    "Sec-WebSocket-Protocol",
    "sec-websocket-protocol",
    "token",
    "cloudevents.json",
    "cloudevents-batch.json",
    "tablecast.explain",
    "bearer.",
    "a, b",
];

/// An event with the members that no function reads, too.
pub fn event(context: Json, query: Json, headers: Json) -> Json {
    json!({
        "requestContext": context, "multiValueQueryStringParameters": query, "multiValueHeaders": headers, "headers": {},
        "isBase64Encoded": false,
    })
}

/// All values of a query parameter.
pub fn query(event: &Json, name: &str) -> Vec<String> {
    values(&event["multiValueQueryStringParameters"], |other| other == name)
}

/// All values of a header, in any case of its name.
pub fn header(event: &Json, name: &str) -> Vec<String> {
    values(&event["multiValueHeaders"], |other| other.eq_ignore_ascii_case(name))
}

/// The sub-protocols that the client offers.
pub fn offers(event: &Json) -> Vec<String> {
    let headers = header(event, "Sec-WebSocket-Protocol");
    headers.iter().flat_map(|value| value.split(',')).map(|offer| offer.trim().to_owned()).collect()
}

fn values(fields: &Json, has_name: impl Fn(&str) -> bool) -> Vec<String> {
    let fields = fields.as_object().into_iter().flatten().filter(|(name, _)| has_name(name));
    let values = fields.flat_map(|(_, values)| values.as_array().into_iter().flatten());
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}
