//! `tablecast tail` against a WebSocket server that each test controls.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

const TIMEOUT: Duration = Duration::from_secs(20);
const EVENT: &str = r#"{"specversion":"1.0","id":"1","source":"tablecast/orders","type":"order.placed.v1","subject":"orders/1","time":"2026-01-01T00:00:00Z","data":{"total":1.10}}"#;

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
    command.env_remove("TABLECAST_TOKEN");
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

type Socket = WebSocketStream<TcpStream>;

/// Accepts a connection. Each frame is one event.
async fn accept(listener: &TcpListener) -> Socket {
    let (stream, _) = timeout(TIMEOUT, listener.accept()).await.unwrap().unwrap();
    #[allow(clippy::result_large_err)] // The type is that of the library.
    let choose = |_: &Request, mut response: Response| {
        let protocol = HeaderValue::from_static("cloudevents.json");
        response.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        Ok(response)
    };
    accept_hdr_async(stream, choose).await.unwrap()
}

/// Accepts a connection, and the subscription to these patterns.
async fn live(listener: &TcpListener, patterns: &[&str]) -> Socket {
    let mut socket = accept(listener).await;
    subscribe(&mut socket).await;
    subscribed(&mut socket, patterns, r#"{"tablecast/orders":"0000000000000001-0"}"#).await;
    socket
}

async fn send(socket: &mut Socket, event: String) {
    socket.send(Message::from(event)).await.unwrap();
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
    let mut socket = live(&listener, &["*"]).await;
    send(&mut socket, EVENT.to_owned()).await;
    assert_eq!(tail.line().await, r#"2026-01-01T00:00:00Z order.placed.v1 orders/1 {"total":1.10}"#);
    send(&mut socket, EVENT.replace(r#""id":"1""#, r#""late":true,"id":"2""#)).await;
    assert!(tail.line().await.contains("order.placed.v1 (late) orders/1"));
}

#[tokio::test]
async fn json_prints_each_event_unchanged() {
    let (listener, address) = listen().await;
    let mut tail = tail(address, &["--json", "orders/*"]);
    send(&mut live(&listener, &["orders/*"]).await, EVENT.to_owned()).await;
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
    send(&mut live(&listener, &["*"]).await, EVENT.to_owned()).await;
    assert_eq!(tail.line().await, EVENT);
}

/// Receives the message `subscribe`.
async fn subscribe(socket: &mut Socket) -> String {
    timeout(TIMEOUT, socket.next()).await.unwrap().unwrap().unwrap().to_string()
}

/// A control event about the first message.
async fn reply(socket: &mut Socket, event_type: &str, data: &str) {
    let event = format!(
        r#"{{"specversion":"1.0","id":"r","source":"tablecast","type":"{event_type}","data":{{"request":"1",{data}}}}}"#
    );
    send(socket, event).await;
}

/// Confirms the subscription to these patterns.
async fn subscribed(socket: &mut Socket, patterns: &[&str], sources: &str) {
    let granted = patterns.iter().map(|pattern| format!(r#"{{"subject":"{pattern}","granted":true}}"#));
    let granted = granted.collect::<Vec<_>>().join(",");
    reply(socket, "tablecast.subscribed.v1", &format!(r#""subjects":[{granted}],"sources":{sources}"#)).await;
}

#[tokio::test]
async fn tail_shows_missed_events_and_names_a_pattern_that_is_too_wide() {
    let (listener, address) = listen().await;
    let patterns = ["orders/acme/*", "profiles/*"];
    let mut tail = tail(address, &["--json", patterns[0], patterns[1]]);
    let mut socket = accept(&listener).await;
    assert!(!subscribe(&mut socket).await.contains("after"));
    let sources =
        r#"{"tablecast/orders/acme":"0000000000000001-0","tablecast/profiles/*":"0000000000000000-0"}"#;
    subscribed(&mut socket, &patterns, sources).await;
    let event = |offset: u64| {
        let attributes = format!(
            r#""id":"{offset}","source":"tablecast/orders/acme","position":"0000000000000001-{offset}""#
        );
        EVENT
            .replace(r#""id":"1","source":"tablecast/orders""#, &attributes)
            .replace("orders/1", "orders/acme/1")
    };
    send(&mut socket, event(1)).await;
    assert_eq!(tail.line().await, event(1));
    drop(socket);

    let mut socket = accept(&listener).await;
    let message = subscribe(&mut socket).await;
    assert!(message.contains(r#""after":{"tablecast/orders/acme":"0000000000000001-1","tablecast/profiles/*":"0000000000000000-0"}"#), "{message}");
    let results = r#""sources":{"tablecast/orders/acme":{"recovered":true,"position":"0000000000000001-2"},
        "tablecast/profiles/*":{"recovered":false,"cause":"too-wide"}}"#;
    reply(&mut socket, "tablecast.resumed.v1", results).await;
    for offset in [3, 1, 2] {
        send(&mut socket, event(offset)).await;
    }
    subscribed(&mut socket, &patterns, sources).await;
    assert_eq!([tail.line().await, tail.line().await], [event(2), event(3)]);
    drop(socket);
    refuse(&listener, "404 Not Found", "").await;
    let (_, errors) = tail.ended().await;
    let notes = errors.matches("events of tablecast/profiles/* until now may be missing").count();
    assert_eq!(notes, 1, "{errors}");
}

#[tokio::test]
async fn a_refused_connection_is_an_error_with_the_servers_reason() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["orders/*", "a b"]);
    let request = refuse(&listener, "400 Bad Request", "bad\x1b[2J request").await;
    assert!(request.starts_with("GET / HTTP/1.1"), "{request}");
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("400 Bad Request bad\u{fffd}[2J request"), "{errors}");
    assert!(!errors.contains('\x1b'), "{errors:?}");
}

#[tokio::test]
async fn a_token_in_the_address_is_sent_and_never_printed() {
    let (listener, address) = listen().await;
    let url = format!("ws://{address}/live?token=secret");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tablecast"));
    command.args(["tail", "--url", &url]).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    let child = command.spawn().unwrap();
    drop(live(&listener, &["*"]).await);
    let request = refuse(&listener, "403 Forbidden", "no").await;
    assert!(request.starts_with("GET /live?token=secret HTTP/1.1"), "{request}");
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
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1));
    assert!(errors.contains("401 Unauthorized") && !errors.contains("secret"), "{errors}");
}

#[tokio::test]
async fn tail_exits_with_0_when_its_output_is_closed() {
    let (listener, address) = listen().await;
    let tail = tail(address, &[]);
    let mut socket = live(&listener, &["*"]).await;
    let Tail { child, lines } = tail;
    drop(lines);
    send(&mut socket, EVENT.to_owned()).await;
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

/// Answers one request of HTTP with JSON, and returns the request.
async fn answer(listener: &TcpListener, json: &str) -> String {
    refuse(listener, "200 OK", json).await
}

const DESCRIPTION: &str = r#"{"folder":"/f","key_id":"dev-1","identity":{"subject":"ada","claims":{"tenant":"acme"}},"auth":"jwt"}"#;

#[tokio::test]
async fn without_a_token_tail_gets_one_from_a_local_mode_for_each_connection() {
    let (listener, address) = listen().await;
    let mut tail = tail(address, &[]);
    refuse(&listener, "401 Unauthorized", "{}").await;
    assert!(answer(&listener, DESCRIPTION).await.starts_with("GET /page/machine.json "));
    let grant =
        r#"{"token":"local","granted":{"orders":["orders/acme/*"],"profiles":["profiles/ada"],"none":[]}}"#;
    let request = answer(&listener, grant).await;
    assert!(
        request.starts_with("POST /@issuer/token ") && request.contains(&format!("Origin: http://{address}"))
    );
    assert!(request.contains(r#""subject":"ada""#) && request.contains(r#""tenant":"acme""#), "{request}");
    let mut socket = accept(&listener).await;
    let message = subscribe(&mut socket).await;
    assert!(message.contains(r#""subjects":["orders/acme/*","profiles/ada"]"#), "{message}");
    drop(socket);
    answer(&listener, DESCRIPTION).await;
    answer(&listener, &grant.replace("local", "later")).await;
    let head = refuse(&listener, "404 Not Found", "").await;
    assert!(head.contains("uthorization: Bearer later\r\n"), "{head}");
    assert!(tail.lines.next_line().await.unwrap().is_none());
    let (_, errors) = tail.ended().await;
    assert!(
        errors.contains("--subject ada --claim tenant=acme, which grants: orders/acme/*, profiles/ada"),
        "{errors}"
    );
    assert!(!errors.contains("local\""), "{errors}");
}

#[tokio::test]
async fn a_server_on_this_machine_cannot_control_the_terminal() {
    let (listener, address) = listen().await;
    let tail = tail(address, &[]);
    refuse(&listener, "401 Unauthorized", "{}").await;
    answer(&listener, &DESCRIPTION.replace("ada", r"\u001b[2J")).await;
    answer(&listener, r#"{"token":"local","granted":{"orders":["orders/acme/*"]}}"#).await;
    refuse(&listener, "401 Unauthorized", "{}").await;
    answer(&listener, &DESCRIPTION.replace("/f", r"\u001b[2J")).await;
    let (_, errors) = tail.ended().await;
    assert!(errors.contains("--subject \u{fffd}[2J") && errors.contains("--data \u{fffd}[2J"), "{errors}");
    assert!(!errors.contains('\x1b'), "{errors:?}");
}

#[tokio::test]
async fn with_a_token_and_no_patterns_tail_subscribes_to_what_the_token_grants() {
    let (listener, address) = listen().await;
    // The claims {"sub":"eve","tenant":"globex","exp":1}.
    let token = "h.eyJzdWIiOiJldmUiLCJ0ZW5hbnQiOiJnbG9iZXgiLCJleHAiOjF9.s";
    let mut tail = tail(address, &["--token", token, "--json"]);
    refuse(&listener, "403 Forbidden", "{}").await;
    let request = answer(&listener, r#"{"token":"other","granted":{"orders":["orders/globex/*"]}}"#).await;
    assert!(request.ends_with(r#"{"claims":{"tenant":"globex"},"subject":"eve"}"#), "{request}");
    let mut socket = accept(&listener).await;
    assert!(subscribe(&mut socket).await.contains("orders/globex/*"));
    subscribed(&mut socket, &["orders/globex/*"], "{}").await;
    let event = EVENT.replace("orders/1", "orders/globex/1");
    send(&mut socket, event.clone()).await;
    assert_eq!(tail.line().await, event);
}

#[tokio::test]
async fn an_empty_token_is_an_error_and_not_the_default() {
    let (_listener, address) = listen().await;
    let (code, errors) = tail(address, &["--token", ""]).ended().await;
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("the token is empty"), "{errors}");
}

#[tokio::test]
async fn refusals_without_a_local_mode_are_explained() {
    for (status, arguments, expected) in [
        ("401 Unauthorized", &[][..], "Pass --token or set TABLECAST_TOKEN"),
        ("401 Unauthorized", &["--token", "t"], "it has expired, or another issuer signed it"),
        ("403 Forbidden", &["--token", "t", "a/1"], "grants none of these patterns: a/1"),
        ("403 Forbidden", &["--token", "t"], "does not grant everything (*)"),
        ("400 Bad Request", &["a/b"], "a pattern is malformed or there are too many: a/b"),
    ] {
        let (listener, address) = listen().await;
        let tail = tail(address, arguments);
        refuse(&listener, status, "{}").await;
        drop(listener);
        let (code, errors) = tail.ended().await;
        assert_eq!(code, Some(1), "{errors}");
        assert!(errors.contains(status) && errors.contains(expected), "{errors}");
    }
}

#[tokio::test]
async fn a_refusal_that_the_server_explains_over_the_socket_is_an_error() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["--token", "t", "a/1"]);
    let mut socket = accept(&listener).await;
    subscribe(&mut socket).await;
    let data = r#""status":401,"reason":"token-expired","message":"The token expired: get a new one.""#;
    reply(&mut socket, "tablecast.refused.v1", data).await;
    drop(listener);
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1), "{errors}");
    let text = "(401 token-expired): The token expired: get a new one: the server refused the token";
    assert!(errors.contains(text) && !errors.contains("connected to"), "{errors}");
}

const PARTLY_GRANTED: &str = r#""subjects":[{"subject":"orders/acme/*","granted":true},
    {"subject":"orders/globex/*","granted":false,"reason":"not-granted"}]"#;

#[tokio::test]
async fn of_several_patterns_the_refused_ones_are_named() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["orders/acme/*", "orders/globex/*"]);
    let mut socket = accept(&listener).await;
    let message = subscribe(&mut socket).await;
    assert!(message.contains(r#""action":"subscribe""#) && message.contains("orders/globex/*"), "{message}");
    reply(&mut socket, "tablecast.subscribed.v1", PARTLY_GRANTED).await;
    drop(socket);
    refuse(&listener, "404 Not Found", "").await;
    let (_, errors) = tail.ended().await;
    assert!(errors.contains("not granted, and not shown: orders/globex/* (not-granted)"), "{errors}");
}

#[tokio::test]
async fn tail_ends_when_every_pattern_is_refused() {
    let (listener, address) = listen().await;
    let tail = tail(address, &["--token", "t", "orders/globex/*"]);
    let mut socket = accept(&listener).await;
    subscribe(&mut socket).await;
    let data = r#""subjects":[{"subject":"orders/globex/*","granted":false,"reason":"not-granted"}]"#;
    reply(&mut socket, "tablecast.subscribed.v1", data).await;
    drop(listener);
    let (code, errors) = tail.ended().await;
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("grants none of these patterns: orders/globex/*"), "{errors}");
}
