//! A proxy before one HTTP API, which breaks what the rules name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::net::TcpListener;

use super::bus_tap::BusTap;
use super::rules::{Active, Answer, Rules, Target};
use super::runtime::Batches;
use super::upstream::{Upstream, half, whole};

/// How long a connection counts as young.
const YOUTH: Duration = Duration::from_secs(10);

/// The state that all proxies share.
#[derive(Clone)]
pub struct Shared {
    pub rules: Rules,
    pub upstream: Upstream,
    pub tap: BusTap,
    pub batches: Batches,
    /// The time of the first post to each connection.
    pub posted: Arc<Mutex<HashMap<String, Instant>>>,
}

impl Shared {
    pub fn new(rules: &Rules, batches: &Batches, tap: BusTap) -> Self {
        let (upstream, posted) = Default::default();
        Self { rules: rules.clone(), upstream, tap, batches: batches.clone(), posted }
    }
}

#[derive(Clone)]
struct Proxy {
    target: Target,
    /// The authority of the server. Empty: the first segment of the path names it.
    authority: String,
    shared: Shared,
}

/// Returns the address of the proxy.
pub async fn start(target: Target, authority: String, shared: Shared) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let proxy = Proxy { target, authority, shared };
    let router = Router::new().fallback(handle).layer(DefaultBodyLimit::disable()).with_state(proxy);
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

async fn handle(State(proxy): State<Proxy>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return respond(400, "", "") };
    let call = Call { parts, body: body.to_bytes() };
    if proxy.target == Target::Connections {
        proxy.is_young(&call);
    }
    let rule = proxy.shared.rules.find(proxy.target, &proxy.operation(&call.parts), call.parts.uri.path());
    match rule {
        Some(active) => proxy.break_off(&active, call).await,
        None => proxy.forwarded(call).await,
    }
}

struct Call {
    parts: Parts,
    body: Bytes,
}

impl Proxy {
    /// The operation of an AWS API, the method of `@connections`, or the last segment of a path.
    fn operation(&self, parts: &Parts) -> String {
        let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
        match target.and_then(|target| target.split_once('.')) {
            Some((_, operation)) => operation.to_owned(),
            None if self.target == Target::Runtime => {
                let segments: Vec<_> = parts.uri.path().split('/').collect();
                let function = segments.get(2).copied().unwrap_or_default();
                format!("{function} {}", segments.last().copied().unwrap_or_default())
            }
            None => parts.method.to_string(),
        }
    }

    async fn break_off(&self, active: &Arc<Active>, call: Call) -> Response<Body> {
        let is_concerned = match active.rule.answer {
            Answer::DeadIfYoung | Answer::Dead { .. } => {
                active.kills(call.parts.uri.path(), self.is_young(&call))
            }
            _ => true,
        };
        if !is_concerned {
            return self.forwarded(call).await;
        }
        active.hit();
        match active.rule.answer {
            Answer::Instead { status, kind, body } => respond(status, kind, body),
            Answer::DeadIfYoung => respond(410, "GoneException", ""),
            Answer::Dead { status, kind } => respond(status, kind, ""),
            Answer::Slow(time) => {
                tokio::time::sleep(time).await;
                self.forwarded(call).await
            }
            Answer::Hang => silence(active).await,
            Answer::AcceptedThenHang => {
                drop(self.forwarded(call).await);
                silence(active).await
            }
            Answer::Truncated => self.send(call).await.map_or_else(unreachable_server, half),
            Answer::Partial => self.partly(call).await,
            Answer::LostResponse => self.forwarded(failed(call)).await,
            Answer::ExpiredToken | Answer::ForeignToken => respond(500, "", ""),
        }
    }

    fn is_young(&self, call: &Call) -> bool {
        let mut posted = self.shared.posted.lock().unwrap();
        let first = *posted.entry(call.parts.uri.path().to_owned()).or_insert_with(Instant::now);
        first.elapsed() < YOUTH
    }

    async fn partly(&self, call: Call) -> Response<Body> {
        let Some(split) = super::bus_tap::split(&call.body) else { return self.forwarded(call).await };
        let sent = self.send(Call { body: split.passed.clone(), ..call }).await;
        sent.map_or_else(unreachable_server, |response| whole(response.map(|body| split.merge(&body))))
    }

    async fn forwarded(&self, call: Call) -> Response<Body> {
        self.send(call).await.map_or_else(unreachable_server, whole)
    }

    async fn send(&self, call: Call) -> Result<Response<Bytes>, String> {
        let path = call.parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let (authority, path) = match self.authority.as_str() {
            "" => split_authority(path),
            authority => (authority.to_owned(), path.to_owned()),
        };
        let request = call.body.clone();
        let response = self.shared.upstream.send(&authority, &path, &call.parts, call.body).await?;
        match self.target {
            Target::Bus => self.shared.tap.publish(&request, response.body()),
            Target::Runtime => self.shared.batches.note(&path, response.body()),
            _ => {}
        }
        Ok(response)
    }
}

/// `/127.0.0.1:4000/enrich/...` is `/enrich/...` at 127.0.0.1:4000.
fn split_authority(path: &str) -> (String, String) {
    let rest = path.trim_start_matches('/');
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    (authority.to_owned(), format!("/{path}"))
}

/// Makes the response of a function the report of an error.
fn failed(mut call: Call) -> Call {
    let path = call.parts.uri.path().replace("/response", "/error");
    call.parts.uri = path.parse().unwrap();
    let body = r#"{"errorType":"Soak","errorMessage":"the response was lost"}"#;
    Call { body: Bytes::from_static(body.as_bytes()), ..call }
}

async fn silence(active: &Active) -> Response<Body> {
    active.lifted().await;
    half(Response::new(Bytes::from_static(b"{}")))
}

fn unreachable_server(reason: String) -> Response<Body> {
    Response::builder().status(StatusCode::BAD_GATEWAY).body(Body::from(reason)).unwrap()
}

pub fn respond(status: u16, kind: &str, body: &'static str) -> Response<Body> {
    let response = Response::builder().status(status).header("content-type", "application/x-amz-json-1.0");
    let response = if kind.is_empty() { response } else { response.header("x-amzn-errortype", kind) };
    response.body(Body::from(body)).unwrap()
}
