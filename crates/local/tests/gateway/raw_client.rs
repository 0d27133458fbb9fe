//! A WebSocket client that sends and receives single frames.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

use crate::support::in_time;

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

pub struct RawClient(BufStream<TcpStream>);

#[derive(Debug, PartialEq, Eq)]
pub struct Frame {
    pub last: bool,
    pub opcode: u8,
    pub payload: Vec<u8>,
}

impl RawClient {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut raw = BufStream::new(stream);
        let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
            Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
        raw.write_all(request.as_bytes()).await.unwrap();
        raw.flush().await.unwrap();
        assert!(head(&mut raw).await.starts_with("HTTP/1.1 101 "));
        Self(raw)
    }

    /// Sends a frame with any opcode, masked with zeros.
    pub async fn send(&mut self, last: bool, opcode: u8, payload: &[u8]) {
        self.send_header(last, opcode, payload.len()).await;
        self.0.write_all(payload).await.unwrap();
        self.0.flush().await.unwrap();
    }

    /// Sends only the header of a frame with this length.
    pub async fn send_header(&mut self, last: bool, opcode: u8, length: usize) {
        let mut header = vec![u8::from(last) << 7 | opcode, 0x80 | 127];
        header.extend_from_slice(&u64::try_from(length).unwrap().to_be_bytes());
        header.extend_from_slice(&[0; 4]);
        self.0.write_all(&header).await.unwrap();
        self.0.flush().await.unwrap();
    }

    pub async fn receive(&mut self) -> Frame {
        in_time(self.frame()).await
    }

    async fn frame(&mut self) -> Frame {
        let (first, short) = (self.0.read_u8().await.unwrap(), self.0.read_u8().await.unwrap());
        let length = match short {
            126 => self.0.read_u16().await.unwrap().into(),
            127 => usize::try_from(self.0.read_u64().await.unwrap()).unwrap(),
            short => short.into(),
        };
        let mut payload = vec![0; length];
        self.0.read_exact(&mut payload).await.unwrap();
        Frame { last: first & 0x80 != 0, opcode: first & 0x0f, payload }
    }

    /// Receives a close frame and the end of the connection. Returns the close code.
    pub async fn is_closed(&mut self) -> u16 {
        let frame = self.receive().await;
        assert_eq!(frame.opcode, CLOSE, "{frame:?}");
        assert_eq!(in_time(self.0.read(&mut [0])).await.unwrap(), 0, "the gateway keeps the connection");
        u16::from_be_bytes([frame.payload[0], frame.payload[1]])
    }
}

async fn head(raw: &mut BufStream<TcpStream>) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(in_time(raw.read_line(&mut head)).await.unwrap(), 0, "{head}");
    }
    assert!(!head.to_lowercase().contains("permessage-deflate"), "no extension may be agreed to");
    head
}
