use std::time::Duration;

use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::*;

async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router =
        Router::new().route("/", get(async || "hello")).route("/echo", post(async |body: Bytes| body));
    tokio::spawn(serve(listener, router, std::future::pending()));
    address
}

async fn sent(address: SocketAddr, text: &str) -> TcpStream {
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(text.as_bytes()).await.unwrap();
    client
}

async fn rest(mut client: TcpStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).await.unwrap_or_default();
    text
}

/// More clients than may wait, each with the first part of a request.
async fn crowd(address: SocketAddr, part: &str) -> Vec<TcpStream> {
    let mut clients = Vec::new();
    for _ in 0..MAX_WAITING + 100 {
        clients.push(sent(address, part).await);
    }
    clients
}

async fn assert_the_oldest_of_a_crowd_is_closed(part: &str) {
    let address = start().await;
    let mut clients = crowd(address, part).await;
    let whole = sent(address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    let response = timeout(Duration::from_secs(20), rest(whole)).await.unwrap();
    assert!(response.ends_with("hello"), "{response}");
    let oldest = clients.remove(0);
    assert_eq!(timeout(Duration::from_secs(20), rest(oldest)).await.unwrap(), "");
}

#[tokio::test]
async fn a_crowd_of_half_open_requests_does_not_keep_others_out() {
    assert_the_oldest_of_a_crowd_is_closed("GET / HTTP/1.1\r\nHost:").await;
}

#[tokio::test]
async fn a_crowd_of_half_sent_bodies_does_not_keep_others_out() {
    assert_the_oldest_of_a_crowd_is_closed("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
        .await;
}

/// In virtual time.
#[tokio::test(start_paused = true)]
async fn a_request_that_does_not_arrive_in_time_ends_its_connection() {
    for part in
        ["", "GET / HTTP/1.1\r\nHost:", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx"]
    {
        let client = sent(start().await, part).await;
        let response = timeout(REQUEST_TIMEOUT * 3, rest(client)).await.unwrap();
        assert!(!response.starts_with("HTTP/1.1 200"), "{part}: {response}");
    }
}

#[tokio::test]
async fn a_body_arrives_whole_and_a_connection_serves_several_requests() {
    let address = start().await;
    let mut client = sent(address, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\none").await;
    tokio::time::sleep(Duration::from_millis(20)).await;
    client.write_all(b"two").await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let responses = timeout(Duration::from_secs(20), rest(client)).await.unwrap();
    assert!(responses.contains("onetwoHTTP/1.1 200") && responses.ends_with("hello"), "{responses}");
}

#[tokio::test]
async fn a_shutdown_closes_idle_connections_and_finishes_requests() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let router = Router::new().route("/", get(async || tokio::time::sleep(Duration::from_millis(200)).await));
    let server = tokio::spawn(serve(listener, router, async { drop(stopped.await) }));
    let idle = sent(address, "").await;
    let busy = sent(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    stop.send(()).unwrap();
    timeout(Duration::from_secs(20), server).await.unwrap().unwrap();
    assert_eq!(rest(idle).await, "");
    assert!(rest(busy).await.starts_with("HTTP/1.1 200"));
}

/// As the connection pools of functions and SDKs.
#[tokio::test]
async fn a_crowd_of_idle_connections_stays() {
    let address = start().await;
    let mut clients = crowd(address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").await;
    tokio::time::sleep(MIN_WAIT + Duration::from_millis(200)).await;
    let whole = sent(address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await;
    assert!(rest(whole).await.ends_with("hello"));
    let mut oldest = clients.remove(0);
    oldest.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let responses = timeout(Duration::from_secs(20), rest(oldest)).await.unwrap();
    assert_eq!(responses.matches("hello").count(), 2, "{responses}");
}
