//! The event of `$connect`, as API Gateway delivers it to `connect`. The status follows from a plain reading of the event.
//! Only granted subjects are stored, and no token is stored or returned.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use connect::{Connect, ConnectEvent};
use serde_json::{Value as Json, json};
use tablecast_config::Access;
use tablecast_connections::Connections;
use tablecast_definitions::grant::{Granted, Grants};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Protocol, RefusedConnection, requested_in};

use super::gateway_event::{self, offers, query};
use crate::stub::{answered, configuration, requests};
use crate::target::{Form, Target};

pub const TARGET: Target = Target {
    name: "connect_event",
    form: Form::Json,
    check,
    samples,
    words: &[gateway_event::WORDS, WORDS],
    inputs: 300,
};

const TIMEOUT: Duration = Duration::from_secs(10);

const WORDS: &[&str] = &[
    "subscribe",
    "orders/acme/*",
    "orders/acme/1001",
    "orders/globex/*",
    "%2C",
    "%25",
    ",",
    r#"{"sub":"ada","tenant":"acme"}"#,
    r#"{"sub":"ada","tenant":["acme","globex"]}"#,
    "claims",
    "expires_at",
    "principalId",
    "refusal",
    "1800003600",
];

/// In the query string of the first sample.
const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.c2VjcmV0.c2lnbmF0dXJl";

/// More patterns than one request can name are refused.
const MAX_PATTERNS: usize = 49;

static CONNECT: LazyLock<Connect> = LazyLock::new(|| {
    let connections = Connections::new(Client::new(&configuration()), "connections");
    Connect::new(connections, Access::Granted(grants()))
});

static GRANTS: LazyLock<Grants> = LazyLock::new(grants);

fn grants() -> Grants {
    let text = "table: orders\nsubject: '\"x\"'\ngrant: '\"orders/\" + claims.tenant + \"/*\"'\nevents: []\n";
    let file = DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text: text.into() };
    Grants::compile(&[file]).unwrap()
}

fn samples() -> Vec<String> {
    let ada = json!({"principalId": "ada", "claims": r#"{"sub":"ada","tenant":"acme"}"#, "expires_at": "1800003600"});
    let refusal = r#"{"status":401,"reason":"token-missing","message":"m","protocol":"cloudevents.json"}"#;
    let event = |authorizer: &Json, subscribe: &[&str], offers: &str| {
        let context =
            json!({"connectionId": "a=", "connectedAt": 1_800_000_000_000_i64, "authorizer": authorizer});
        let query = json!({"subscribe": subscribe, "token": [TOKEN]});
        gateway_event::event(context, query, json!({"Sec-WebSocket-Protocol": [offers]})).to_string()
    };
    vec![
        event(&ada, &["orders/acme/*,orders/globex/*", "orders/acme/a%2Cb%25"], "cloudevents.json, bearer.t"),
        event(&ada, &["orders/globex/*"], "cloudevents-batch.json, tablecast.explain"),
        event(&json!({"principalId": "refused", "refusal": refusal}), &["orders/acme/*"], "cloudevents.json"),
        event(&Json::Null, &["*"], "tablecast.explain, cloudevents.json"),
    ]
}

fn check(text: &str) {
    let Ok(json) = serde_json::from_str::<Json>(text) else { return };
    if serde_json::from_str::<ConnectEvent>(text).is_err() {
        return;
    }
    let (response, stored) = respond(text);
    assert_eq!(respond(text), (response.clone(), stored.clone()));
    check_response(&json, &response, &stored);
    // The client may choose its token as a subject, or as any other value.
    let is_only_token =
        text.matches(TOKEN).count() == 1 && query(&json, "token").iter().any(|it| it.contains(TOKEN));
    assert!(
        !is_only_token || !format!("{response}{stored:?}").contains(TOKEN),
        "a token leaves the function"
    );
}

/// The response, and the items that the function writes.
fn respond(text: &str) -> (Json, Vec<Json>) {
    let event = serde_json::from_str(text).unwrap();
    let written = [("TransactWriteItems", r#"{"ConsumedCapacity":[]}"#.to_owned())];
    let response = answered(&written, |_| CONNECT.handle(event, TIMEOUT));
    (serde_json::to_value(response).unwrap(), requests().iter().flat_map(items).collect())
}

fn items((_, request): &(String, Json)) -> Vec<Json> {
    let writes = request["TransactItems"].as_array().into_iter().flatten();
    writes.map(|write| write["Put"]["Item"].clone()).collect()
}

fn check_response(event: &Json, response: &Json, stored: &[Json]) {
    let expected = expected(event);
    let explained = requested_in(offers(event).iter().map(String::as_str));
    match (expected, explained) {
        (Expected::RefusedBefore(protocol), _) => {
            assert_eq!(response["statusCode"], if protocol.is_some() { 200 } else { 401 });
            assert!(stored.is_empty());
        }
        (Expected::Refused(status), None) => {
            assert_eq!((&response["statusCode"], stored), (&json!(status), &[][..]))
        }
        (Expected::Refused(401), Some(_)) => assert!(response["statusCode"] == 401 && stored.is_empty()),
        (Expected::Refused(status), Some(protocol)) => {
            check_explained(event, response, stored, (status, protocol))
        }
        (Expected::Accepted(granted), _) => {
            assert_eq!(response["statusCode"], 200, "{response}");
            check_stored(stored, &granted);
        }
    }
}

/// A client with a valid token gets a connection for the reason, without its claims.
fn check_explained(event: &Json, response: &Json, stored: &[Json], (status, protocol): (u16, Protocol)) {
    if granted(event).is_none() {
        return assert_eq!((&response["statusCode"], stored), (&json!(status), &[][..]));
    }
    assert_eq!(response["headers"]["Sec-WebSocket-Protocol"], protocol.name());
    let [item] = stored else { panic!("a refusal has one item: {stored:?}") };
    assert!(item.get("claims").is_none());
    let refusal = RefusedConnection::parse(item["refusal"]["S"].as_str().unwrap()).unwrap();
    assert_eq!((refusal.refused.status, refusal.protocol), (status, protocol));
}

fn check_stored(stored: &[Json], granted: &BTreeSet<String>) {
    let key = |item: &Json| item["pk"]["S"].as_str().unwrap().to_owned();
    let patterns = stored.iter().filter_map(|item| Some(key(item).strip_prefix("subscription#")?.to_owned()));
    assert_eq!(&patterns.collect::<BTreeSet<_>>(), granted, "other subjects are stored than granted");
    assert_eq!(stored.len(), 1 + 2 * granted.len());
}

enum Expected {
    /// `authorize` has refused the client, which gets this form of the reason.
    RefusedBefore(Option<Protocol>),
    Refused(u16),
    /// With these patterns.
    Accepted(BTreeSet<String>),
}

fn expected(event: &Json) -> Expected {
    if let Some(refusal) = event["requestContext"]["authorizer"]["refusal"].as_str() {
        return Expected::RefusedBefore(RefusedConnection::parse(refusal).map(|refusal| refusal.protocol));
    }
    let patterns: Option<BTreeSet<_>> =
        patterns(event).iter().map(|text| Pattern::parse(text).ok()).collect();
    let offers = offers(event);
    let knows = offers.is_empty() || Protocol::choose(offers.iter().map(String::as_str)).is_some();
    let Some(patterns) = patterns.filter(|_| knows) else { return Expected::Refused(400) };
    let Some(granted) = granted(event) else { return Expected::Refused(401) };
    let is_granted = |pattern: &&Pattern| granted.contains(pattern);
    let accepted: BTreeSet<_> = patterns.iter().filter(is_granted).map(|it| it.as_str().to_owned()).collect();
    match (accepted.len(), patterns.len()) {
        (0, 1..) => Expected::Refused(403),
        (count, _) if count > MAX_PATTERNS => Expected::Refused(400),
        _ => Expected::Accepted(accepted),
    }
}

/// The patterns of the query string, read letter by letter.
fn patterns(event: &Json) -> Vec<String> {
    let values = query(event, "subscribe");
    let separated = values.iter().flat_map(|value| value.split(',')).map(str::trim);
    separated
        .map(|pattern| {
            pattern.replace("%2c", "%2C").replace("%25", "%2\0").replace("%2C", ",").replace("%2\0", "%")
        })
        .collect()
}

/// `None` without a whole identity. The grant of the claims is the subject of another target.
fn granted(event: &Json) -> Option<Granted> {
    let authorizer = &event["requestContext"]["authorizer"];
    let text = |name: &str| authorizer[name].as_str();
    text("principalId")?;
    text("expires_at")?.parse::<i64>().ok()?;
    GRANTS.to(text("claims")?).ok()
}
