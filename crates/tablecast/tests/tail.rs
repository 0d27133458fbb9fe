//! `tablecast tail` against a WebSocket server that each test controls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures_util::SinkExt;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

const TIMEOUT: Duration = Duration::from_secs(20);
const EVENT: &str = r#"{"specversion":"1.0","id":"1","type":"order.placed.v1","subject":"orders/1","time":"2026-01-01T00:00:00Z","data":{"total":1.10}}"#;

struct Tail {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn tail(address: SocketAddr, arguments: &[&str]) -> Tail {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(["tail", "--url", &format!("ws://{address}")]).args(arguments).kill_on_drop(true);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    Tail { child, lines }
}

impl Tail {
    async fn line(&mut self) -> String {
        timeout(TIMEOUT, self.lines.next_line()).await.unwrap().unwrap().unwrap()
    }

    async fn ended(self) -> (Option<i32>, String) {
        ended(self.child).await
    }
}

/// Returns the exit code and stderr.
async fn ended(mut child: Child) -> (Option<i32>, String) {
    let mut text = String::new();
    let mut errors = child.stderr.take().unwrap();
    timeout(TIMEOUT, errors.read_to_string(&mut text)).await.unwrap().unwrap();
    (timeout(TIMEOUT, child.wait()).await.unwrap().unwrap().code(), text)
}

async fn accept(listener: &TcpListener) -> WebSocketStream<TcpStream> {
    let (stream, _) = timeout(TIMEOUT, listener.accept()).await.unwrap().unwrap();
    accept_async(stream).await.unwrap()
}

/// Takes a request and refuses it.
async fn refuse(listener: &TcpListener, status: &str, body: &str) -> String {
    let (mut stream, _) = timeout(TIMEOUT, listener.accept()).await.unwrap().unwrap();
    let mut request = vec![0; 4096];
    let bytes = stream.read(&mut request).await.unwrap();
    let response =
        format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    stream.write_all(response.as_bytes()).await.unwrap();
    String::from_utf8_lossy(&request[..bytes]).into_owned()
}

#[tokio::test]
async fn events_are_printed_without_colour_if_stdout_is_not_a_terminal() {
    let (listener, address) = listen().await;
    let mut tail = tail(address, &[]);
    let mut socket = accept(&listener).await;
    socket.send(Message::from(EVENT)).await.unwrap();
    assert_eq!(tail.line().await, r#"2026-01-01T00:00:00Z order.placed.v1 orders/1 {"total":1.10}"#);
    socket.send(Message::from(EVENT)).await.unwrap();
    assert!(tail.line().await.contains("orders/1"));
}

#[tokio::test]
async fn json_prints_each_event_unchanged() {
    let (listener, address) = listen().await;
    let mut tail = tail(address, &["--json", "orders/*"]);
    accept(&listener).await.send(Message::from(EVENT)).await.unwrap();
    assert_eq!(tail.line().await, EVENT);
}

#[tokio::test]
async fn tail_reconnects_after_a_lost_connection() {
    let (listener, address) = listen().await;
    let mut tail = tail(address, &["--json"]);
    drop(accept(&listener).await);
    let mut closed = accept(&listener).await;
    closed.close(None).await.unwrap();
    refuse(&listener, "503 Service Unavailable", "stopping").await;
    accept(&listener).await.send(Message::from(EVENT)).await.unwrap();
    assert_eq!(tail.line().await, EVENT);
}

#[tokio::test]
async fn a_refused_connection_is_an_error_with_the_servers_reason() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["orders/*/x", "a b"]);
    let request = refuse(&listener, "400 Bad Request", "subscribe: bad\x1b[2J pattern").await;
    assert!(request.starts_with("GET /?subscribe=orders%2F*%2Fx&subscribe=a+b HTTP/1.1"), "{request}");
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("400 Bad Request") && errors.contains("subscribe: bad"), "{errors}");
    assert!(!errors.contains('\x1b'), "{errors:?}");
}

#[tokio::test]
async fn a_token_in_the_address_is_sent_and_never_printed() {
    let (listener, address) = listen().await;
    let url = format!("ws://{address}/live?token=secret");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(["tail", "--url", &url]).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().unwrap();
    drop(accept(&listener).await);
    let request = refuse(&listener, "403 Forbidden", "no").await;
    assert!(request.starts_with("GET /live?token=secret&subscribe=*"), "{request}");
    let (_, errors) = ended(child).await;
    assert!(errors.contains(&format!("connected to ws://{address}/live")), "{errors}");
    assert!(errors.contains("403 Forbidden") && !errors.contains("secret"), "{errors}");
}

#[tokio::test]
async fn a_token_is_sent_as_a_header_and_never_printed() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["--token", "secret"]);
    let request = refuse(&listener, "401 Unauthorized", "no").await;
    assert!(request.contains("uthorization: Bearer secret\r\n"), "{request}");
    assert!(request.starts_with("GET /?subscribe=* HTTP/1.1"), "{request}");
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("401 Unauthorized") && !errors.contains("secret"), "{errors}");
}

#[tokio::test]
async fn tail_exits_with_0_when_its_output_is_closed() {
    let (listener, address) = listen().await;
    let tail = tail(address, &[]);
    let mut socket = accept(&listener).await;
    let Tail { child, lines } = tail;
    drop(lines);
    socket.send(Message::from(EVENT)).await.unwrap();
    let (code, errors) = ended(child).await;
    assert_eq!(code, Some(0));
    assert!(!errors.contains("error") && !errors.contains("panick"), "{errors}");
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_exits_with_0() {
    let (listener, address) = listen().await;
    let tail = tail(address, &[]);
    let _socket = accept(&listener).await;
    let process = tail.child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &process]).status().await.unwrap().success());
    assert_eq!(tail.ended().await.0, Some(0));
}
