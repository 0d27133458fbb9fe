//! An HTTP server for a key set.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The response to every request.
#[derive(Clone)]
pub enum Response {
    /// Status and body.
    Full(u16, String),
    None,
    /// One byte every 100 ms, without an end.
    Slow,
    /// Fewer bytes than Content-Length announces.
    Truncated,
    /// Bytes without a pause and without an end.
    Endless,
}

pub struct KeyServer {
    address: SocketAddr,
    response: Arc<Mutex<Response>>,
    requests: Arc<AtomicUsize>,
}

impl KeyServer {
    pub async fn start(response: Response) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (response, requests) = (Arc::new(Mutex::new(response)), Arc::new(AtomicUsize::new(0)));
        let server = Self { address: listener.local_addr().unwrap(), response, requests };
        let (response, requests) = (server.response.clone(), server.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                requests.fetch_add(1, Ordering::SeqCst);
                let response = response.lock().unwrap().clone();
                tokio::spawn(respond(stream, response));
            }
        });
        server
    }

    pub async fn with_keys(keys: &[Value]) -> Self {
        Self::start(keys_response(keys)).await
    }

    pub fn set_response(&self, response: Response) {
        *self.response.lock().unwrap() = response;
    }

    pub fn set_keys(&self, keys: &[Value]) {
        self.set_response(keys_response(keys));
    }

    pub fn url(&self) -> String {
        format!("http://{}/keys", self.address)
    }

    /// Counts requests: the server closes the connection after each response.
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

fn keys_response(keys: &[Value]) -> Response {
    Response::Full(200, json!({"keys": keys}).to_string())
}

async fn respond(mut stream: TcpStream, response: Response) {
    let mut request = [0; 4096];
    let _ = stream.read(&mut request).await;
    let head = |status: u16, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\nLocation: /keys\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match response {
        Response::Full(status, body) => {
            let _ = stream.write_all((head(status, body.len()) + &body).as_bytes()).await;
        }
        Response::None => std::future::pending().await,
        Response::Truncated => drop(stream.write_all((head(200, 100) + "{").as_bytes()).await),
        Response::Slow => {
            let _ = stream.write_all(head(200, 100_000).as_bytes()).await;
            while stream.write_all(b" ").await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
        Response::Endless => {
            let _ = stream.write_all(head(200, usize::MAX).as_bytes()).await;
            while stream.write_all(&[b' '; 4096]).await.is_ok() {}
        }
    }
}
