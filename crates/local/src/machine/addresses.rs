use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::StartError;
use crate::options::Options;

/// Where everything listens: on the loopback, and nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct Addresses {
    pub http: SocketAddr,
    pub dynamodb: SocketAddr,
}

pub struct Listeners {
    pub addresses: Addresses,
    pub http: TcpListener,
    pub dynamodb: TcpListener,
}

impl Listeners {
    pub async fn bind(options: &Options) -> Result<Self, StartError> {
        let http = bind(options.port, "--port").await?;
        let dynamodb = bind(options.dynamodb_port, "--dynamodb-port").await?;
        let address = |listener: &TcpListener, option| {
            listener.local_addr().map_err(|reason| StartError::Port { port: 0, option, reason })
        };
        let addresses =
            Addresses { http: address(&http, "--port")?, dynamodb: address(&dynamodb, "--dynamodb-port")? };
        Ok(Self { addresses, http, dynamodb })
    }
}

async fn bind(port: u16, option: &'static str) -> Result<TcpListener, StartError> {
    let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    bound.map_err(|reason| StartError::Port { port, option, reason })
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

    /// Those of our own page, as browsers write them: without the usual port.
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
