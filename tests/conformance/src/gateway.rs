//! Accepts the connections of a client.

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;

use crate::connection::Connection;
use crate::step::{Attempts, Connect};
use crate::{Failure, within};

/// The sub-protocols of the server. It confirms the first one of the client that it knows.
const PROTOCOLS: [&str; 2] = ["cloudevents.json", "cloudevents-batch.json"];
const HEADER: &str = "Sec-WebSocket-Protocol";

pub struct Gateway {
    listener: TcpListener,
    /// Connections that never get a response.
    hanging: Vec<TcpStream>,
}

impl Gateway {
    pub async fn start() -> Result<Self, Failure> {
        let listener =
            TcpListener::bind("127.0.0.1:0").await.map_err(|error| format!("cannot listen: {error}"))?;
        Ok(Self { listener, hanging: Vec::new() })
    }

    pub fn url(&self) -> Result<String, Failure> {
        let address = self.listener.local_addr().map_err(|error| error.to_string())?;
        Ok(format!("ws://{address}"))
    }

    /// Accepts the next connection. Returns none if the step refuses it.
    pub async fn accept(&mut self, connect: &Connect) -> Result<Option<Connection>, Failure> {
        let stream = self.next().await?;
        if connect.hang {
            self.hanging.push(stream);
            return Ok(None);
        }
        self.respond(stream, connect).await
    }

    async fn respond(&self, stream: TcpStream, connect: &Connect) -> Result<Option<Connection>, Failure> {
        let (offer, socket) = within("the request of a connection", shake(stream, connect)).await?;
        offer.assert(connect)?;
        match (socket, connect.status) {
            (Ok(socket), _) => {
                Ok(Some(Connection::start(socket, offer.chosen.as_deref() == Some(PROTOCOLS[1]))))
            }
            (Err(_), Some(_)) => Ok(None),
            (Err(error), None) => Err(format!("the connection did not open: {error}")),
        }
    }

    /// Refuses every connection for some time. Returns their number.
    pub async fn refuse_all(&mut self, attempts: &Attempts) -> usize {
        let end = Instant::now() + attempts.time();
        let refused = Connect { status: Some(503), ..Connect::default() };
        let mut count = 0;
        while let Ok(Ok((stream, _))) = timeout_at(end, self.listener.accept()).await {
            count += 1;
            let _ = shake(stream, &refused).await;
        }
        count
    }

    async fn next(&self) -> Result<TcpStream, Failure> {
        let accepted = within("a connection of the client", self.listener.accept()).await?;
        accepted.map(|(stream, _)| stream).map_err(|error| error.to_string())
    }
}

type Shaken = Result<tokio_tungstenite::WebSocketStream<TcpStream>, String>;

/// Responds to the request.
async fn shake(stream: TcpStream, connect: &Connect) -> (Offer, Shaken) {
    let mut offer = Offer::default();
    #[allow(clippy::result_large_err)] // The type is that of the library.
    let respond = |request: &Request, response: Response| {
        offer = Offer::read(request, connect);
        match connect.status {
            Some(status) => Err(refusal(status)),
            None => Ok(accepted(response, offer.chosen.as_deref())),
        }
    };
    let socket = accept_hdr_async(stream, respond).await;
    (offer, socket.map_err(|error| error.to_string()))
}

/// The sub-protocols and the token of a request.
#[derive(Default)]
struct Offer {
    protocols: Vec<String>,
    token: Option<String>,
    /// The sub-protocol that the gateway confirms.
    chosen: Option<String>,
}

impl Offer {
    fn read(request: &Request, connect: &Connect) -> Self {
        let values = |name| request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        let offered = values(HEADER).flat_map(|value| value.split(',')).map(str::trim);
        let (tokens, protocols): (Vec<_>, Vec<_>) = offered.partition(|name| name.starts_with("bearer."));
        let from_protocol = tokens.first().and_then(|name| name.strip_prefix("bearer."));
        let from_header = values("Authorization").find_map(|value| value.strip_prefix("Bearer "));
        let first = protocols.iter().find(|name| PROTOCOLS.contains(name)).map(|name| (*name).to_owned());
        Self {
            token: from_protocol.or(from_header).map(str::to_owned),
            chosen: connect.protocol.clone().or(first),
            protocols: protocols.into_iter().map(str::to_owned).collect(),
        }
    }

    fn assert(&self, connect: &Connect) -> Result<(), Failure> {
        let Self { protocols, token, .. } = self;
        if connect.offers.as_ref().is_some_and(|expected| expected != protocols) {
            return Err(format!("the client offers {protocols:?}"));
        }
        match &connect.token {
            Some(expected) if token.as_ref() != Some(expected) => {
                Err(format!("the client sends the token {token:?}"))
            }
            _ => Ok(()),
        }
    }
}

fn accepted(mut response: Response, protocol: Option<&str>) -> Response {
    if let Some(value) = protocol.and_then(|name| name.parse().ok()) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn refusal(status: u16) -> ErrorResponse {
    let mut response = ErrorResponse::new(None);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    response
}
