//! A minimal HTTP/1.1 client that shows every byte of a response.

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

use crate::support::in_time;

pub const SIGNED: (&str, &str) = ("Authorization", "AWS4-HMAC-SHA256 Credential=local");

pub struct Http(BufStream<TcpStream>);

#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Http {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufStream::new(stream))
    }

    pub async fn post(&mut self, id: &str, data: &[u8]) -> Response {
        self.request("POST", &path(id), &[SIGNED], data).await
    }

    pub async fn get(&mut self, id: &str) -> Response {
        self.request("GET", &path(id), &[SIGNED], b"").await
    }

    pub async fn delete(&mut self, id: &str) -> Response {
        self.request("DELETE", &path(id), &[SIGNED], b"").await
    }

    pub async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        in_time(async {
            self.send(method, path, headers, body).await;
            self.response().await
        })
        .await
    }

    /// Sends exactly these bytes.
    pub async fn raw(&mut self, bytes: &str) -> Response {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        in_time(self.response()).await
    }

    async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        self.0.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        self.0.write_all(body).await.unwrap();
        self.0.flush().await.unwrap();
    }

    async fn response(&mut self) -> Response {
        let status = self.line().await.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = HashMap::new();
        while let Some((name, value)) = self.line().await.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        Response { status, headers, body: String::from_utf8(body).unwrap() }
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }
}

pub fn path(id: &str) -> String {
    format!("/@connections/{}", id.replace('=', "%3D"))
}
