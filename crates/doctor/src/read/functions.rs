use serde_json::Value;

use super::json::{number, text};
use super::parallel;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Concurrency, Deployed, Function, Reading};

pub const FUNCTIONS: [&str; 7] =
    ["authorize", "connect", "disconnect", "dispatch", "enrich", "fanout", "subscribe"];

pub async fn all(reader: &Reader, deployment: &str) -> Vec<Function> {
    parallel::all(FUNCTIONS.map(|name| one(reader, deployment, name))).await
}

/// Reads only what the alias `live` of a function serves.
pub async fn live(reader: &Reader, deployment: &str, name: &'static str) -> Function {
    let full = format!("{deployment}-{name}");
    let path = format!("/2015-03-31/functions/{full}/configuration?Qualifier=live");
    let live = reader.read(operations::GET_FUNCTION, &full, Request::Get(path)).await;
    let deployed = deployed(reader, &full, live);
    Function { name, has_canary: false, newest: None, reserved: Reading::Unknown, deployed }
}

async fn one(reader: &Reader, deployment: &str, name: &'static str) -> Function {
    let full = format!("{deployment}-{name}");
    let of = |suffix: &str| Request::Get(format!("/2015-03-31/functions/{full}/{suffix}"));
    let concurrency = Request::Get(format!("/2019-09-30/functions/{full}/concurrency"));
    let (live, newest, alias, reserved) = tokio::join!(
        reader.read(operations::GET_FUNCTION, &full, of("configuration?Qualifier=live")),
        reader.read(operations::GET_FUNCTION, &full, of("configuration")),
        reader.read(operations::GET_ALIAS, &full, of("aliases/live")),
        reader.read(operations::GET_CONCURRENCY, &full, concurrency),
    );
    let weights =
        alias.found().and_then(|alias| alias["RoutingConfig"]["AdditionalVersionWeights"].as_object());
    Function {
        name,
        has_canary: weights.is_some_and(|weights| !weights.is_empty()),
        newest: newest.found().map(|newest| text(newest, "/CodeSha256")),
        reserved: reserved.map(|reserved| number(&reserved, "/ReservedConcurrentExecutions")),
        deployed: deployed(reader, &full, live),
    }
}

fn deployed(reader: &Reader, full: &str, live: Reading<Value>) -> Reading<Deployed> {
    let error = live.found().map(|live| text(live, "/Environment/Error/Message")).unwrap_or_default();
    if !error.is_empty() {
        let reason = format!("its environment: {error}");
        let _: Reading<()> = reader.unknown(operations::GET_FUNCTION, full, reason);
    }
    live.map(|live| Deployed {
        version: text(&live, "/Version"),
        state: text(&live, "/State"),
        state_reason: text(&live, "/StateReason"),
        update: text(&live, "/LastUpdateStatus"),
        update_reason: text(&live, "/LastUpdateStatusReason"),
        package: text(&live, "/CodeSha256"),
        environment: serde_json::from_value(live["Environment"]["Variables"].clone()).unwrap_or_default(),
    })
}

pub async fn concurrency(reader: &Reader) -> Reading<Concurrency> {
    let operation = operations::GET_ACCOUNT;
    let settings =
        reader.read(operation, "the account", Request::Get("/2016-08-19/account-settings".to_owned()));
    let settings = settings.await;
    let limit = settings.found().and_then(|it| number(it, "/AccountLimit/ConcurrentExecutions"));
    let unreserved =
        settings.found().and_then(|it| number(it, "/AccountLimit/UnreservedConcurrentExecutions"));
    match (limit, unreserved) {
        (Some(limit), Some(unreserved)) => Reading::Found(Concurrency { limit, unreserved }),
        _ if settings == Reading::Unknown => Reading::Unknown,
        _ => reader.unknown(operation, "the account", "the response has no limits".to_owned()),
    }
}
