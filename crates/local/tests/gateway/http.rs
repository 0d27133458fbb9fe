//! Just enough of an HTTP/1.1 client, to see every byte of an answer.

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

use crate::support::soon;

pub const SIGNED: (&str, &str) = ("Authorization", "AWS4-HMAC-SHA256 Credential=local");

pub struct Http(BufStream<TcpStream>);

#[derive(Debug)]
pub struct Answer {
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

    pub async fn post(&mut self, id: &str, data: &[u8]) -> Answer {
        self.request("POST", &path(id), &[SIGNED], data).await
    }

    pub async fn get(&mut self, id: &str) -> Answer {
        self.request("GET", &path(id), &[SIGNED], b"").await
    }

    pub async fn delete(&mut self, id: &str) -> Answer {
        self.request("DELETE", &path(id), &[SIGNED], b"").await
    }

    pub async fn request(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        soon(async {
            self.send(method, path, headers, body).await;
            self.answer().await
        })
        .await
    }

    /// Sends exactly these bytes.
    pub async fn raw(&mut self, bytes: &str) -> Answer {
        self.0.write_all(bytes.as_bytes()).await.unwrap();
        self.0.flush().await.unwrap();
        soon(self.answer()).await
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

    async fn answer(&mut self) -> Answer {
        let status = self.line().await.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = HashMap::new();
        while let Some((name, value)) = self.line().await.split_once(": ") {
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        Answer { status, headers, body: String::from_utf8(body).unwrap() }
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
