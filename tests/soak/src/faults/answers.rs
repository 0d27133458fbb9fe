//! Wrong, late and missing answers of DynamoDB, the bus, `@connections`, Lambda and the issuer.

use std::time::Duration;

use tokio::time::sleep;

use super::World;
use crate::plan::Step;
use crate::system::rules::Answer::{self, *};
use crate::system::rules::Rule;
use crate::system::rules::Target::{self, *};

const READS: &[&str] = &["Query", "GetItem", "BatchGetItem", "TransactGetItems"];
const WRITES: &[&str] = &["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"];
const POSTS: &[&str] = &["POST"];
const ALL: &[&str] = &[];

const HTML: &str = "<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>";
const THROTTLED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"The level of configured provisioned throughput for the table was exceeded"}"#;
const INTERNAL: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"}"#;
const BUS_THROTTLED: &str = r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#;
const BUS_INTERNAL: &str = r#"{"__type":"InternalException","message":"Internal failure"}"#;
const COUNT_ONLY: &str = r#"{"Count":0,"ScannedCount":0}"#;

/// The name, what is concerned, the answer, and the share of the requests.
type Entry = (&'static str, Target, &'static [&'static str], Answer, u8);

const fn instead(status: u16, kind: &'static str, body: &'static str) -> Answer {
    Instead { status, kind, body }
}

#[rustfmt::skip]
const ENTRIES: &[Entry] = &[
    ("connections: 403 for all", Connections, ALL, instead(403, "ForbiddenException", r#"{"message":"Forbidden"}"#), 100),
    ("connections: 410 of young ones", Connections, POSTS, DeadIfYoung, 100),
    ("connections: bare 410", Connections, POSTS, Dead { status: 410, kind: "" }, 100),
    ("connections: 429", Connections, POSTS, instead(429, "LimitExceededException", ""), 50),
    ("connections: bare 429", Connections, POSTS, instead(429, "", ""), 50),
    ("connections: 500", Connections, POSTS, instead(500, "InternalServerErrorException", ""), 50),
    ("connections: hanging posts", Connections, POSTS, Hang, 20),
    ("connections: slow posts", Connections, POSTS, Slow(Duration::from_millis(700)), 50),
    ("connections: accepted messages are lost with their sockets", Connections, POSTS, Dead { status: 200, kind: "" }, 100),
    ("connections: post without response", Connections, POSTS, AcceptedThenHang, 20),
    ("bus: partial failure", Bus, ALL, Partial, 80),
    ("bus: time-out after it accepted", Bus, ALL, AcceptedThenHang, 50),
    ("bus: unavailable", Bus, ALL, instead(503, "InternalException", BUS_INTERNAL), 100),
    ("bus: throttled", Bus, ALL, instead(400, "ThrottlingException", BUS_THROTTLED), 60),
    ("bus: empty 200", Bus, ALL, instead(200, "", "{}"), 50),
    ("bus: HTML", Bus, ALL, instead(200, "", HTML), 50),
    ("table: throttled reads", Table, READS, instead(400, "", THROTTLED), 60),
    ("table: throttled writes", Table, WRITES, instead(400, "", THROTTLED), 60),
    ("table: slow", Table, ALL, Slow(Duration::from_millis(600)), 40),
    ("table: 500", Table, ALL, instead(500, "", INTERNAL), 40),
    ("table: HTML", Table, ALL, instead(503, "", HTML), 30),
    ("table: HTML as 200", Table, ALL, instead(200, "", HTML), 20),
    ("table: truncated answers", Table, ALL, Truncated, 20),
    ("table: empty 200 of a Query", Table, &["Query"], instead(200, "", "{}"), 30),
    ("table: Query with a count only", Table, &["Query"], instead(200, "", COUNT_ONLY), 30),
    ("table: no response", Table, ALL, Hang, 10),
    ("table: write without response", Table, WRITES, AcceptedThenHang, 20),
    ("Lambda: fanout is throttled", Invoke, ALL, instead(429, "TooManyRequestsException", r#"{"Message":"Rate Exceeded"}"#), 70),
    ("Lambda: fanout is unavailable", Invoke, ALL, instead(503, "ServiceUnavailableException", ""), 70),
    ("batch delivered twice", Runtime, &["dispatch response"], LostResponse, 60),
    ("batch enriched twice", Runtime, &["enrich response"], LostResponse, 60),
    ("expired tokens", Tokens, ALL, ExpiredToken, 70),
    ("tokens of an unknown key", Tokens, ALL, ForeignToken, 70),
    ("tokens unavailable", Tokens, ALL, instead(500, "", ""), 70),
    ("key set unavailable", Keys, ALL, instead(500, "", ""), 100),
    ("key set without response", Keys, ALL, Hang, 100),
];

pub fn kinds() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.0)
}

pub fn rule(name: &str) -> Option<Rule> {
    let (_, target, operations, answer, share) = *ENTRIES.iter().find(|entry| entry.0 == name)?;
    Some(Rule { target, operations, answer, share })
}

pub async fn inject(rule: Rule, step: &Step, world: &World) -> u64 {
    let active = world.system.rules.add(rule);
    sleep(step.length).await;
    if rule.answer.loses_connections() {
        // A gateway loses messages only with their connections.
        world.system.sockets.cut(1.0);
        world.system.sockets.cut_frozen();
    }
    world.system.rules.lift(&active)
}
