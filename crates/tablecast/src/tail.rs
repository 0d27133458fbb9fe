//! Shows events as they come; connects again when a connection ends.

mod backoff;
mod line;

use std::error::Error;
use std::io::{self, Write, stdout};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use tokio::net::TcpStream;
use tokio::signal::ctrl_c;
use tokio::time::sleep;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderValue};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::arguments::TailArguments;
use crate::log::is_colourful;
use backoff::Backoff;
use line::Style;

/// A connection that lasted so long was a good one: the next attempt comes soon.
const GOOD: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How a connection ended, by what is to be done about it.
enum End {
    /// Connect again.
    Lost(String),
    /// The answer would be the same: tell the user.
    Refused(String),
    /// Nobody reads what is printed, as with `| head`.
    Unread,
}

pub async fn run(arguments: TailArguments) -> Result<(), Box<dyn Error>> {
    let request = request(&address(&arguments.url, &arguments.patterns), arguments.token.as_deref())?;
    let style = match arguments.json {
        true => Style::Json,
        false => Style::Text { colour: is_colourful(&stdout()) },
    };
    tokio::select! {
        interrupted = ctrl_c() => Ok(interrupted?),
        ended = follow(&request, style) => ended.map_err(Into::into),
    }
}

/// For ever, unless the connection is refused or nobody reads the output.
async fn follow(request: &Request, style: Style) -> Result<(), String> {
    let mut backoff = Backoff::default();
    loop {
        let began = Instant::now();
        let reason = match show(request, style).await {
            End::Lost(reason) => reason,
            End::Refused(reason) => return Err(format!("{}: {reason}", without_query(request))),
            End::Unread => return Ok(()),
        };
        if began.elapsed() >= GOOD {
            backoff = Backoff::default();
        }
        let wait = backoff.next_wait();
        let seconds = wait.as_secs_f32();
        eprintln!("{reason}; connecting again in {seconds:.1} s: what happens meanwhile is not shown");
        sleep(wait).await;
    }
}

async fn show(request: &Request, style: Style) -> End {
    let mut socket = match connect_async(request.clone()).await {
        Ok((socket, _)) => socket,
        Err(error) => return not_connected(error),
    };
    eprintln!("connected to {}", without_query(request));
    loop {
        let printed = match next(&mut socket).await {
            Ok(text) => print(&style.line(&text)),
            Err(reason) => return End::Lost(reason),
        };
        match printed {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return End::Unread,
            Err(error) => return End::Refused(format!("cannot print: {error}")),
        }
    }
}

/// The next event, or how the connection ended.
async fn next(socket: &mut Socket) -> Result<String, String> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
            Some(Ok(Message::Close(frame))) => return Err(closed(frame)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(format!("the connection broke: {error}")),
            None => return Err(closed(None)),
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> String {
    let why =
        frame.map(|frame| format!(" with {} {}", u16::from(frame.code), line::printable(&frame.reason)));
    format!("the connection was closed{}", why.unwrap_or_default())
}

fn print(line: &str) -> io::Result<()> {
    let mut output = stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

/// A server that says no for a reason of ours (4xx) will say it again.
fn not_connected(error: tungstenite::Error) -> End {
    match error {
        tungstenite::Error::Http(response) => answered(response.status(), response.body().as_deref()),
        tungstenite::Error::Url(error) => End::Refused(error.to_string()),
        error => End::Lost(format!("cannot connect: {error}")),
    }
}

fn answered(status: http::StatusCode, body: Option<&[u8]>) -> End {
    let body = String::from_utf8_lossy(body.unwrap_or_default());
    let reason = format!("{status} {}", line::printable(body.trim()));
    match status.is_client_error() && status != http::StatusCode::TOO_MANY_REQUESTS {
        true => End::Refused(reason),
        false => End::Lost(format!("cannot connect: {reason}")),
    }
}

/// `ws://host/?subscribe=orders%2F*&subscribe=...`
fn address(url: &str, patterns: &[String]) -> String {
    let patterns = patterns.iter().map(|pattern| ("subscribe", pattern));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(patterns).finish();
    let (url, joint) = match url.contains('?') {
        true => (url.to_owned(), "&"),
        false if url.matches('/').count() > 2 => (url.to_owned(), "?"),
        false => (format!("{url}/"), "?"),
    };
    format!("{url}{joint}{query}")
}

/// The token goes where no log of addresses sees it.
fn request(address: &str, token: Option<&str>) -> Result<Request, Box<dyn Error>> {
    let mut request = address.into_client_request()?;
    if let Some(token) = token {
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = value.map_err(|_| "--token: it has characters that no token has")?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// For people to read: a query may hold a token.
fn without_query(request: &Request) -> String {
    let address = request.uri().to_string();
    address.split_once('?').map_or(address.clone(), |(address, _)| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_subscribed_in_the_address() {
        let address = |url: &str, patterns: &[&str]| {
            super::address(url, &patterns.iter().map(|pattern| pattern.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(address("ws://127.0.0.1:8787", &["*"]), "ws://127.0.0.1:8787/?subscribe=*");
        assert_eq!(address("ws://h/", &["a/*", "b c"]), "ws://h/?subscribe=a%2F*&subscribe=b+c");
        assert_eq!(address("ws://h/live", &["a&b"]), "ws://h/live?subscribe=a%26b");
        assert_eq!(address("ws://h/?token=t", &["*"]), "ws://h/?token=t&subscribe=*");
    }

    #[test]
    fn only_what_may_change_is_tried_again() {
        let again =
            |status: u16| matches!(answered(http::StatusCode::from_u16(status).unwrap(), None), End::Lost(_));
        assert_eq!(
            [400, 403, 404, 429, 500, 502, 503].map(again),
            [false, false, false, true, true, true, true]
        );
    }
}
