//! The issuer of the clients' tokens, whose keys rotate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::Response;
use axum::routing::get;
use serde_json::{Map, Value, json};
use tablecast_tokens::development;
use tokio::net::TcpListener;

use super::http_proxy::respond;
use super::rules::{Active, Answer, Rules, Target};

#[derive(Clone)]
pub struct Issuer {
    /// The newest key is the last one. The key set has the last two.
    keys: Arc<Mutex<Vec<development::Issuer>>>,
    rules: Rules,
}

impl Issuer {
    pub fn new(rules: Rules) -> Self {
        Self { keys: Arc::new(Mutex::new(vec![new_key()])), rules }
    }

    /// Serves `/tokens` and `/keys`. Returns the address.
    pub async fn serve(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/", get(token)).route("/keys", get(keys)).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        address
    }

    /// Signs with a new key from now on. The oldest key leaves the key set.
    pub fn rotate(&self) {
        let mut keys = self.keys.lock().unwrap();
        keys.push(new_key());
        let surplus = keys.len().saturating_sub(2);
        keys.drain(..surplus);
    }

    pub fn key_set(&self) -> Value {
        let keys = self.keys.lock().unwrap();
        let sets: Vec<_> =
            keys.iter().flat_map(|key| key.key_set()["keys"].as_array().cloned().unwrap()).collect();
        json!({ "keys": sets })
    }

    pub fn token(&self, tenant: &str, subject: &str, seconds: i64) -> String {
        sign(self.keys.lock().unwrap().last().unwrap(), tenant, subject, seconds)
    }
}

fn new_key() -> development::Issuer {
    development::Issuer::new(development::Issuer::new_key().unwrap()).unwrap()
}

fn sign(key: &development::Issuer, tenant: &str, subject: &str, seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut claims = Map::new();
    claims.insert("sub".to_owned(), subject.into());
    claims.insert("tenant".to_owned(), tenant.into());
    claims.insert("exp".to_owned(), now.saturating_add_signed(seconds).into());
    key.token(claims, now).unwrap()
}

async fn token(State(issuer): State<Issuer>, RawQuery(query): RawQuery) -> Response<Body> {
    let query: HashMap<_, _> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let (tenant, subject, seconds) =
        (value("tenant"), value("subject"), value("seconds").parse().unwrap_or(60));
    let text = match issuer.fault(Target::Tokens) {
        None => issuer.token(&tenant, &subject, seconds),
        Some(active) => match active.rule.answer {
            Answer::ExpiredToken => issuer.token(&tenant, &subject, -120),
            Answer::ForeignToken => sign(&new_key(), &tenant, &subject, seconds),
            _ => return other(&active).await,
        },
    };
    Response::new(Body::from(text))
}

async fn keys(State(issuer): State<Issuer>) -> Response<Body> {
    match issuer.fault(Target::Keys) {
        None => Response::new(Body::from(issuer.key_set().to_string())),
        Some(active) => other(&active).await,
    }
}

async fn other(active: &Active) -> Response<Body> {
    match active.rule.answer {
        Answer::Instead { status, kind, body } => respond(status, kind, body),
        _ => {
            active.lifted().await;
            respond(503, "", "")
        }
    }
}

impl Issuer {
    fn fault(&self, target: Target) -> Option<Arc<Active>> {
        let active = self.rules.find(target, "GET", "")?;
        active.hit();
        Some(active)
    }
}
