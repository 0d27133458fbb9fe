//! A list of steps: messages of a server to a client, and changes of its connection. However strange the server is, the
//! application receives no event twice, and the same steps have the same effects.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value as Json, json};
use tablecast_client::machine::{
    Delivery, Effect, Machine, Reason, SubscriptionConfig, SubscriptionId, SubscriptionState,
};
use tablecast_client::{Event, Filter, Timing};

use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "session", form: Form::Json, check, samples, words: &[WORDS], inputs: 1000 };

const WORDS: &[&str] = &[
    "open",
    "receive",
    "drop",
    "tick",
    "token",
    "wake",
    "subscribe",
    "unsubscribe",
    "collect",
    "close",
    "specversion",
    "1.0",
    "id",
    "type",
    "data",
    "request",
    "subjects",
    "sources",
    "position",
    "recovered",
    "reason",
    "code",
    "message",
    "closing",
    "granted",
    "tablecast.subscribed.v1",
    "tablecast.resumed.v1",
    "tablecast.pong.v1",
    "tablecast.error.v1",
    "tablecast.reconnect.v1",
    "tablecast.refreshed.v1",
    "tablecast.state.v1",
    "tablecast.refused.v1",
    "tablecast.event-too-large.v1",
    "trimmed",
    "tablecast/orders",
    "orders/1",
    "orders/*",
    "order.placed.v1",
    "000000000000000e-10",
    "000000000000000f-1",
    "unavailable",
    "late",
    "snapshot",
    "version",
    "complete",
    "next",
    "1",
    "2",
    "3",
    "invalid",
    "count",
    "epoch-changed",
];

fn control(kind: &str, data: Json) -> Json {
    json!({"specversion": "1.0", "id": kind, "source": "tablecast", "type": format!("tablecast.{kind}.v1"), "data": data})
}

fn order(offset: u64) -> Json {
    json!({"specversion": "1.0", "id": format!("o{offset}"), "source": "tablecast/orders", "subject": "orders/1",
        "type": "order.placed.v1", "position": format!("000000000000000e-{offset}"), "data": {"status": "PLACED"}})
}

fn samples() -> Vec<String> {
    let granted = json!([{"subject": "orders/*", "granted": true}]);
    let sources = json!({"tablecast/orders": "000000000000000e-10"});
    let subscribed = |request: &str| {
        control("subscribed", json!({"request": request, "subjects": granted, "sources": sources}))
    };
    let resumed = control(
        "resumed",
        json!({"request": "2", "sources": {"tablecast/orders": {"recovered": true, "position": "000000000000000e-12"}}}),
    );
    let pong =
        control("pong", json!({"request": "2", "sources": {"tablecast/orders": "000000000000000e-12"}}));
    let state = control(
        "state",
        json!({"request": "2", "subjects": [{"subject": "orders/*", "complete": true}], "sources": sources, "invalid": {"count": 0}}),
    );
    let subscribe = json!({"subscribe": {"subjects": ["orders/*"], "types": []}});
    let live = json!([subscribe, {"open": 1}, {"receive": [1, subscribed("1")]}, {"receive": [1, order(11)]}, {"receive": [1, [order(12), order(11)]]},
        {"drop": 1}, {"tick": 3000}, {"open": 2}, {"receive": [2, resumed]}, {"receive": [2, order(12)]}, {"receive": [2, subscribed("2")]}, {"close": true}]);
    let quiet = json!([subscribe, {"open": 1}, {"receive": [1, subscribed("1")]}, {"tick": 60000}, {"receive": [1, pong]}, {"wake": true},
        {"receive": [1, control("reconnect", json!({"closesAt": "2026-11-23T11:00:00Z"}))]}, {"tick": 60000}, {"open": 2}, {"token": [1, "t"]}]);
    let collection = json!([{"collect": {"subjects": ["orders/*"], "type": "order.v1"}}, {"open": 1}, {"receive": [1, subscribed("1")]},
        {"receive": [1, order(11)]}, {"receive": [1, state]}, {"receive": [1, control("error", json!({"request": "3", "code": "unavailable", "message": "m", "closing": false}))]}]);
    [live, quiet, collection].map(|steps| steps.to_string()).to_vec()
}

fn check(text: &str) {
    let Ok(Json::Array(steps)) = serde_json::from_str(text) else { return };
    let effects = play(&steps);
    assert_eq!(format!("{effects:?}"), format!("{:?}", play(&steps)), "the same steps have other effects");
    let mut delivered = BTreeSet::new();
    for effect in effects {
        let Effect::Deliver { subscription, delivery } = effect else { continue };
        let event: Option<&Event> = match &delivery {
            Delivery::Event(event) | Delivery::Late(event) => Some(event),
            Delivery::Invalid(invalid) => Some(&invalid.event),
            _ => None,
        };
        if let Some(event) = event {
            let place = (subscription, event.source().to_owned(), event.id().to_owned());
            assert!(delivered.insert(place), "an event is delivered twice: {event:?}");
        }
    }
}

fn play(steps: &[Json]) -> Vec<Effect> {
    let mut machine = Machine::new(Timing::default(), || 0.5, None);
    let (mut now, mut subscriptions) = (Duration::ZERO, Vec::new());
    let mut effects = machine.start(now);
    for step in steps {
        let Some((name, value)) = step.as_object().and_then(|step| step.iter().next()) else { continue };
        now +=
            Duration::from_millis(if name == "tick" { value.as_u64().unwrap_or(1).min(1 << 32) } else { 1 });
        effects.extend(act(&mut machine, &mut subscriptions, name, value, now));
        assert!(machine.wake_at() > Duration::ZERO);
    }
    effects
}

fn act(
    machine: &mut Machine,
    subscriptions: &mut Vec<SubscriptionId>,
    name: &str,
    value: &Json,
    now: Duration,
) -> Vec<Effect> {
    let connection = value[0].as_u64().or(value.as_u64()).unwrap_or(1);
    match name {
        "open" => machine.opened(connection, None, now),
        "receive" => {
            machine.received(connection, &value[1].as_str().map_or(value[1].to_string(), str::to_owned), now)
        }
        "drop" => machine.disconnected(connection, Reason::from("cut"), now),
        "token" => match value[1].as_str() {
            Some(token) => machine.token_received(connection, token.to_owned(), now),
            None => machine.token_failed(connection, now),
        },
        "wake" => machine.woke(now),
        "tick" => machine.tick(now),
        "close" => machine.close(now),
        "subscribe" | "collect" => {
            let (id, effects) = machine.subscribe(subscription(name, value), now);
            subscriptions.push(id);
            effects
        }
        "unsubscribe" => subscriptions.pop().map_or_else(Vec::new, |id| machine.unsubscribe(id, now).1),
        _ => Vec::new(),
    }
}

fn subscription(name: &str, value: &Json) -> SubscriptionState {
    let texts = |name: &str| {
        let all = value[name].as_array().into_iter().flatten();
        all.filter_map(|text| text.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    if name == "collect" {
        return SubscriptionState::collection(
            texts("subjects"),
            value["type"].as_str().unwrap_or("order.v1"),
        );
    }
    let progress = value["progress"].as_str().map(str::to_owned);
    SubscriptionState::new(SubscriptionConfig {
        filter: Filter::new(texts("subjects"), texts("types")),
        progress,
    })
}
