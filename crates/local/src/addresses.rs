use std::net::SocketAddr;

use serde_json::{Value, json};

/// The addresses of the local mode. All are loopback addresses.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    pub http: SocketAddr,
    pub dynamodb: SocketAddr,
}

impl Addresses {
    pub fn http(&self) -> String {
        format!("http://{}", self.http)
    }

    pub fn clients(&self) -> String {
        format!("ws://{}", self.http)
    }

    pub fn bus(&self) -> String {
        format!("http://{}/bus", self.http)
    }

    /// The origins of the page of the local mode, as browsers write them, without the default port.
    pub fn origins(&self) -> [String; 2] {
        let port = match self.http.port() {
            80 => String::new(),
            port => format!(":{port}"),
        };
        ["127.0.0.1", "localhost"].map(|host| format!("http://{host}{port}"))
    }

    pub fn dynamodb(&self) -> String {
        format!("http://{}", self.dynamodb)
    }

    /// For programs: `{"clients":...,"http":...,"bus":...,"dynamodb":...}`.
    pub fn json(&self) -> Value {
        let (clients, http) = (self.clients(), self.http());
        json!({"clients": clients, "http": http, "bus": self.bus(), "dynamodb": self.dynamodb()})
    }
}
