//! The EventBridge Pipes API without a network. Its pipes never run.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use futures_util::FutureExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value as Json, json};
use tablecast_pipes::{AwsPipes, api};

use crate::stub::configuration;

pub struct Server(TowerToHyperService<Router>);

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    /// The kind of an error.
    pub kind: Option<String>,
    pub body: Json,
}

/// Calls with a server of its own. No task runs, so that each pipe stays in its transition.
pub fn with_server(call: impl FnOnce(&Server)) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let _guard = runtime.enter();
    call(&Server(TowerToHyperService::new(api::router(AwsPipes::new(configuration(), false)))));
}

impl Server {
    /// Sends `{"method": ..., "path": ..., "body": ..., "origin": ...}`. A body that is a text is sent as it is. `None` for
    /// what is no HTTP request.
    pub fn send(&self, request: &Json) -> Option<Response> {
        let mut builder =
            Request::builder().method(request["method"].as_str()?).uri(request["path"].as_str()?);
        if let Some(origin) = request["origin"].as_str() {
            builder = builder.header("origin", origin);
        }
        let body = match &request["body"] {
            Json::Null => String::new(),
            Json::String(text) => text.clone(),
            json => json.to_string(),
        };
        let request = builder.body(Body::from(body)).ok()?;
        self.respond(request).now_or_never().unwrap()
    }

    async fn respond(&self, request: Request<Body>) -> Option<Response> {
        let (head, body) = self.0.call(request).await.unwrap().into_parts();
        let kind = head.headers.get("x-amzn-errortype").map(|kind| kind.to_str().unwrap().to_owned());
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Some(Response { status: head.status.as_u16(), kind, body: serde_json::from_slice(&body).unwrap() })
    }

    /// The descriptions of all pipes, in the order of their names.
    pub fn descriptions(&self) -> Vec<Json> {
        let get = |path: &str| self.send(&json!({"method": "GET", "path": path})).unwrap().body;
        let pipes = get("/v1/pipes")["Pipes"].as_array().unwrap().clone();
        pipes.iter().map(|pipe| get(&format!("/v1/pipes/{}", pipe["Name"].as_str().unwrap()))).collect()
    }
}
