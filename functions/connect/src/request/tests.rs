use std::path::Path;

use serde_json::{Value, json};
use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;

use super::*;

fn read(parameters: Value, headers: Value) -> Result<Request, Refusal> {
    request(parameters, headers, Value::Null, &Access::Open)
}

fn request(
    parameters: Value,
    headers: Value,
    authorizer: Value,
    access: &Access,
) -> Result<Request, Refusal> {
    let event = json!({
        "requestContext": {
            "routeKey": "$connect", "connectionId": "a=", "connectedAt": 1234, "authorizer": authorizer,
        },
        "multiValueQueryStringParameters": parameters,
        "multiValueHeaders": headers,
        "isBase64Encoded": false,
    });
    Request::read(serde_json::from_value(event).unwrap(), access)
}

fn of_acme(patterns: &str) -> Result<Request, Refusal> {
    of("acme", patterns)
}

/// The request of a client with a token of a tenant, under the pipe files of this project.
fn of(tenant: &str, patterns: &str) -> Result<Request, Refusal> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../pipes"));
    let access = Access::Granted(Grants::compile(&folder::read(folder, "yaml").unwrap()).unwrap());
    let claims = CLAIMS.replace("acme", tenant);
    let authorizer = json!({ "principalId": "ada", "claims": claims, "expires_at": "1800000000", "integrationLatency": 1 });
    request(json!({ "subscribe": [patterns] }), Value::Null, authorizer, &access)
}

const CLAIMS: &str = r#"{"sub":"ada","tenant":"acme"}"#;

fn texts(patterns: &BTreeSet<Pattern>) -> Vec<&str> {
    patterns.iter().map(Pattern::as_str).collect()
}

#[test]
fn a_token_grants_the_subjects_of_its_tenant_and_refuses_the_others() {
    let request = of_acme("orders/acme/*,orders/globex/*,profiles/ada,orders/*").unwrap();
    assert_eq!(texts(&request.granted), ["orders/acme/*", "profiles/ada"]);
    assert_eq!(texts(&request.refused), ["orders/*", "orders/globex/*"]);
    let identity = request.connection.identity.unwrap();
    assert_eq!((identity.principal.as_str(), identity.token_expires_at), ("ada", 1_800_000_000));
    assert_eq!(identity.claims, CLAIMS);
}

#[test]
fn a_client_that_is_granted_none_of_its_subjects_is_refused() {
    let refusal = of_acme("orders/globex/*").unwrap_err();
    assert_eq!(refusal.for_client().status, 403);
    assert!(refusal.to_string().contains("orders/globex/*"), "{refusal}");
    assert!(of_acme("profiles/eve,orders/ACME/*,*").is_err());
}

/// The log of connect has it. It names the claim, and never its value.
#[test]
fn a_refusal_names_the_claims_that_fill_no_grant() {
    let refusal = of("a-secret/x", "orders/globex/*").unwrap_err().to_string();
    let reason = "Grants that the claims do not fill: pipe orders: claims.tenant is empty or contains / or *";
    assert!(refusal.contains(reason) && !refusal.contains("a-secret"), "{refusal}");
    let request = of("a-secret/x", "orders/globex/*,profiles/ada").unwrap();
    assert_eq!((request.unfilled.len(), request.unfilled[0].pipe.as_str()), (1, "orders"));
    assert_eq!(of("a-secret/x", "profiles/ada").unwrap().unfilled, []);
    assert!(of_acme("orders/globex/*").unwrap_err().to_string().contains("Every grant has the claims"));
}

#[test]
fn a_connection_with_an_incomplete_authorizer_context_is_refused() {
    let access = Access::Granted(Grants::compile(&[]).unwrap());
    let whole = json!({ "principalId": "ada", "claims": CLAIMS, "expires_at": "1800000000" });
    let without = |name: &str| {
        let mut context = whole.clone();
        context.as_object_mut().unwrap().remove(name);
        context
    };
    let mut bad_end = whole.clone();
    bad_end["expires_at"] = json!("never");
    let contexts =
        [Value::Null, json!({}), without("principalId"), without("claims"), without("expires_at"), bad_end];
    for context in contexts {
        let refusal = request(Value::Null, Value::Null, context.clone(), &access).unwrap_err();
        assert_eq!(refusal.for_client().status, 401, "{context}");
    }
    assert!(request(Value::Null, Value::Null, whole, &access).is_ok());
}

fn patterns(parameters: Value) -> Vec<String> {
    let request = read(parameters, Value::Null).unwrap();
    request.granted.iter().map(Pattern::to_string).collect()
}

#[test]
fn patterns_can_be_listed_or_repeated_and_count_once() {
    let expected = ["orders/acme/*", "profiles/1"];
    assert_eq!(patterns(json!({ "subscribe": ["orders/acme/*,profiles/1"] })), expected);
    assert_eq!(patterns(json!({ "subscribe": ["orders/acme/*", "profiles/1, profiles/1"] })), expected);
}

/// API Gateway decodes the query once, so the URL has `%252C` and `%2525`.
#[test]
fn an_escaped_comma_is_part_of_a_pattern() {
    assert_eq!(patterns(json!({ "subscribe": ["orders/a%2Cb,profiles/1"] })), ["orders/a,b", "profiles/1"]);
    assert_eq!(patterns(json!({ "subscribe": ["x%2cy%2Cz/*"] })), ["x,y,z/*"]);
    assert_eq!(patterns(json!({ "subscribe": ["50%25", "100%252C", "%"] })), ["%", "100%2C", "50%"]);
    // Nothing else is decoded twice.
    for text in ["orders/%67lobex/*", "a%2", "a%2F%2e%2e", "%é", "a%%b"] {
        assert_eq!(patterns(json!({ "subscribe": [text] })), [text]);
    }
}

#[test]
fn a_client_that_requests_nothing_is_granted_nothing() {
    assert_eq!(patterns(Value::Null), [""; 0]);
    assert_eq!(patterns(json!({ "token": ["x"] })), [""; 0]);
}

#[test]
fn a_bad_pattern_is_named_with_the_reason() {
    let refusal = read(json!({ "subscribe": ["orders/*,orders/*/x"] }), Value::Null).unwrap_err();
    assert!(refusal.to_string().starts_with("subscribe: \"orders/*/x\" has a misplaced *"), "{refusal}");
    let refusal = read(json!({ "subscribe": [""] }), Value::Null).unwrap_err();
    assert_eq!(refusal.to_string(), "subscribe: \"\" is empty");
}

#[test]
fn the_cloudevents_protocol_is_confirmed_at_any_place_in_the_offers() {
    for offers in
        [json!(["cloudevents.json"]), json!(["mqtt, cloudevents.json"]), json!(["x", "cloudevents.json"])]
    {
        let request = read(Value::Null, json!({ "SEC-WebSocket-Protocol": offers })).unwrap();
        assert_eq!(request.echo, Some(Protocol::Single));
    }
}

#[test]
fn no_protocol_is_confirmed_to_a_client_that_offers_none() {
    let request = read(Value::Null, json!({ "Host": ["localhost"] })).unwrap();
    assert_eq!(request.echo, None);
    assert_eq!(request.connection.protocol, Protocol::Single);
}

#[test]
fn the_batch_protocol_is_confirmed_to_a_client_that_offers_it_first() {
    let offers = json!({ "Sec-WebSocket-Protocol": ["cloudevents-batch.json, cloudevents.json"] });
    let request = read(Value::Null, offers).unwrap();
    assert_eq!((request.echo, request.connection.protocol), (Some(Protocol::Batch), Protocol::Batch));
}

#[test]
fn a_client_that_offers_only_other_protocols_is_refused() {
    let refusal = read(Value::Null, json!({ "Sec-WebSocket-Protocol": ["mqtt"] }));
    assert_eq!(refusal, Err(Refusal::UnknownProtocol));
}

#[test]
fn a_refusal_lists_the_subjects_as_the_client_wrote_them() {
    let refusal = of_acme("orders/globex/*,orders/\"x\"").unwrap_err().to_string();
    let listed = r#"is granted: "orders/\"x\"", "orders/globex/*". See"#;
    assert!(refusal.contains(listed), "{refusal}");
}

#[test]
fn the_same_request_always_gets_the_same_sub_protocol() {
    let headers = json!({
        "sec-websocket-protocol": ["cloudevents-batch.json"], "Sec-WebSocket-Protocol": ["cloudevents.json"],
    });
    let chosen = || read(Value::Null, headers.clone()).unwrap().echo;
    assert!((0..32).all(|_| chosen() == chosen()));
}
