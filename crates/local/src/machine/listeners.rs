use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use super::error::StartError;
use crate::addresses::Addresses;
use crate::options::Options;

pub struct Listeners {
    pub addresses: Addresses,
    pub http: TcpListener,
    pub dynamodb: TcpListener,
}

impl Listeners {
    /// Binds the ports on the loopback address.
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
