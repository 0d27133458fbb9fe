//! The event of an authorizer, as API Gateway delivers it to `authorize`, and the list of `ORIGINS`:
//! `{"event": ..., "origins": "..."}`. A client is admitted exactly if a plain reading of the rules admits it.

use authorize::{
    AllowedOrigins, AllowedOriginsError, Answer, Authorizer, AuthorizerEvent, MAX_BYTES, Verdict,
};
use futures_util::FutureExt;
use serde_json::{Value as Json, json};
use tablecast_protocol::{RefusedConnection, requested_in};

use super::gateway_event::{self, header, offers, query};
use super::signer::{self, CLAIMS, HEADER};
use crate::target::{Form, Target};

pub const TARGET: Target = Target {
    name: "authorizer_event",
    form: Form::Json,
    check,
    samples,
    words: &[gateway_event::WORDS, WORDS],
    inputs: 600,
};

const WORDS: &[&str] = &[
    "event",
    "origins",
    "methodArn",
    "Authorization",
    "authorization",
    "Bearer ",
    "Origin",
    "origin",
    "-",
    "null",
    "https://app.example.com",
    "https://app.example.com:443",
    "HTTPS://App.example.com/",
    "http://localhost:5173",
    "wss://app.example.com",
    "app.example.com",
    "*.example.com",
    "capacitor://localhost",
    "file://",
    "[::1]",
];

fn samples() -> Vec<String> {
    let token = signer::token(HEADER, CLAIMS);
    let input = |origins: &str, query: Json, headers: Json| {
        let mut event = gateway_event::event(json!({"connectionId": "a="}), query, headers);
        event["methodArn"] = "arn:aws:execute-api:eu-west-1:111122223333:abcdef123/live/$connect".into();
        json!({"event": event, "origins": origins}).to_string()
    };
    let bearer = format!("cloudevents.json, tablecast.explain, bearer.{token}");
    vec![
        input(
            "-, https://app.example.com",
            json!({"token": [token]}),
            json!({"Origin": ["https://app.example.com"]}),
        ),
        input(
            "-",
            json!({}),
            json!({"Authorization": [format!("Bearer {token}")], "Sec-WebSocket-Protocol": ["cloudevents.json"]}),
        ),
        input(
            "http://localhost:5173,null",
            json!({}),
            json!({"Sec-WebSocket-Protocol": [bearer], "origin": ["null"]}),
        ),
        input(
            "https://a.example",
            json!({"token": [token]}),
            json!({"Sec-WebSocket-Protocol": ["cloudevents-batch.json, tablecast.explain"]}),
        ),
        input("HTTPS://App.example.com/,localhost:5173", json!({}), json!({})),
    ]
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let list = input["origins"].as_str().unwrap_or_default();
    check_origins(list);
    let config = signer::config(&signer::key_set()).unwrap();
    let Ok(authorizer) = Authorizer::new(config, list) else { return };
    let event = &input["event"];
    let read = || serde_json::from_value::<AuthorizerEvent>(event.clone()).ok();
    let (Some(one), Some(other)) = (read(), read()) else { return };
    let [answer, again] = [one, other].map(|event| authorizer.authorize(event).now_or_never().unwrap());
    let verdict = answer.verdict;
    assert_eq!(printed(&answer), printed(&again));
    if event["methodArn"].as_str().is_some_and(|arn| arn.len() < MAX_BYTES / 2) {
        assert_eq!(verdict == Verdict::Admitted, is_admitted(event, list), "{verdict:?}");
    }
    check_response(event, &answer);
}

fn printed(answer: &Answer) -> String {
    format!("{:?} {:?}", answer.verdict, answer.response)
}

/// The token is one of the issuer's, and the origin is in the list.
fn is_admitted(event: &Json, list: &str) -> bool {
    let [token] = &tokens(event)[..] else { return false };
    let has_claims = token.as_ref().is_some_and(|token| signer::verify(token).is_ok());
    let mut entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let may_connect = match &header(event, "origin")[..] {
        [] => entries.any(|entry| entry == "-"),
        [origin] => origin != "-" && entries.any(|entry| entry == origin),
        _ => false,
    };
    has_claims && may_connect
}

/// The tokens in all three places. `None` for a header without a bearer token.
fn tokens(event: &Json) -> Vec<Option<String>> {
    let bearer = |header: String| {
        let (scheme, token) = header.trim().split_once(' ')?;
        (scheme.to_lowercase() == "bearer").then(|| token.trim_start().to_owned())
    };
    let headers = header(event, "authorization").into_iter().map(bearer);
    let offered = offers(event).into_iter().filter_map(|it| it.strip_prefix("bearer.").map(str::to_owned));
    query(event, "token").into_iter().chain(offered).map(Some).chain(headers).collect()
}

fn check_response(event: &Json, answer: &Answer) {
    let explained = requested_in(offers(event).iter().map(String::as_str));
    let Ok(decision) = &answer.response else {
        assert!(matches!(answer.verdict, Verdict::Refused(_)) && explained.is_none());
        return;
    };
    let decision = serde_json::to_value(decision).unwrap();
    assert_eq!(decision["policyDocument"]["Statement"][0]["Resource"], event["methodArn"]);
    let members = decision["context"].as_object().into_iter().flatten();
    members.for_each(|(_, value)| assert!(value.is_string(), "API Gateway allows no nested values"));
    let effect = decision["policyDocument"]["Statement"][0]["Effect"].as_str().unwrap();
    match (answer.verdict, explained) {
        (Verdict::Admitted, _) => check_admitted(&decision),
        (Verdict::Refused(reason), Some(protocol)) => {
            let refusal = RefusedConnection::parse(decision["context"]["refusal"].as_str().unwrap()).unwrap();
            assert_eq!((refusal.refused.reason, refusal.protocol, effect), (reason, protocol, "Allow"));
        }
        (Verdict::Refused(reason), None) => assert_eq!((effect, reason.status()), ("Deny", 403)),
        (Verdict::Unavailable, _) => panic!("the keys are in the configuration"),
    }
}

fn check_admitted(decision: &Json) {
    assert!(decision.to_string().len() <= MAX_BYTES);
    assert_eq!(decision["principalId"], "ada");
    assert_eq!(decision["context"]["claims"], CLAIMS);
    assert!(decision["context"].get("refusal").is_none());
}

/// An origin that the error proposes is accepted.
fn check_origins(list: &str) {
    let Err(AllowedOriginsError::NotAnOrigin { entry, remedy }) = AllowedOrigins::parse(list) else { return };
    assert!(list.contains(&entry) && !remedy.is_empty());
    if let Some(origin) = remedy.strip_prefix("Write ").filter(|text| !text.contains(", or ")) {
        assert!(AllowedOrigins::parse(origin).is_ok(), "{entry:?}: {remedy}");
    }
}
