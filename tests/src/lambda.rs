//! A Lambda Runtime API with one invocation, for functions that the local mode does not run.

use std::process::{Output, Stdio};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::{Mutex, mpsc};

use crate::eventually::within;

#[derive(Clone)]
struct RuntimeApi {
    payload: Arc<Mutex<Option<String>>>,
    response: mpsc::UnboundedSender<String>,
}

/// Starts a function for one payload. Returns its response and its log.
pub async fn invoke(mut command: Command, payload: &str) -> (String, String) {
    let (response, mut responses) = mpsc::unbounded_channel();
    let payload = Arc::new(Mutex::new(Some(payload.to_owned())));
    let address = serve(RuntimeApi { payload, response }).await;
    command.env("AWS_LAMBDA_RUNTIME_API", address).env("AWS_LAMBDA_FUNCTION_NAME", "function");
    command.env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST").env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
    let command = command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("cannot start the function");
    let response = within("the response of the function", responses.recv()).await.unwrap();
    child.start_kill().unwrap();
    let Output { stdout, .. } = within("the end of the function", child.wait_with_output()).await.unwrap();
    (response, String::from_utf8(stdout).unwrap())
}

async fn serve(api: RuntimeApi) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let invocation = "/2018-06-01/runtime/invocation";
    let router = Router::new()
        .route(&format!("{invocation}/next"), get(next))
        .route(&format!("{invocation}/1/{{outcome}}"), post(respond))
        .with_state(api);
    tokio::spawn(async { axum::serve(listener, router).await });
    address
}

async fn next(State(api): State<RuntimeApi>) -> impl IntoResponse {
    let Some(payload) = api.payload.lock().await.take() else { std::future::pending().await };
    let headers = [
        ("Lambda-Runtime-Aws-Request-Id", "1"),
        ("Lambda-Runtime-Deadline-Ms", "4102444800000"),
        ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:111122223333:function:function"),
    ];
    (headers, payload)
}

async fn respond(State(api): State<RuntimeApi>, body: String) -> StatusCode {
    api.response.send(body).unwrap();
    StatusCode::ACCEPTED
}
