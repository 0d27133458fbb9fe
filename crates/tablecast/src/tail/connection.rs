use std::io::{self, Write, stdout};

use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message, http};

use super::line::{Style, printable};
use super::progress::Progress;
use super::request::{Socket, without_query};
use crate::output;

/// How a connection ended.
pub enum End {
    /// Another connection may succeed.
    Lost(String),
    /// The server refused the request with this 4xx status. The same request would fail again.
    Refused(u16, String),
    /// Another connection would fail in the same way.
    Failed(String),
    /// Nobody reads stdout, as after `| head`.
    OutputClosed,
}

/// Connects, and prints events until the connection ends.
pub async fn show_events(
    request: &Request,
    patterns: &[String],
    progress: &mut Progress,
    style: Style,
) -> End {
    let mut socket = match connect_async(request.clone()).await {
        Ok((socket, _)) => socket,
        Err(error) => return not_connected(error),
    };
    output::note(format_args!("connected to {}", without_query(request)));
    if let Err(error) = socket.send(Message::from(progress.subscribe(patterns).to_string())).await {
        return End::Lost(format!("the connection failed: {error}"));
    }
    print_all(socket, progress, style).await
}

async fn print_all(mut socket: Socket, progress: &mut Progress, style: Style) -> End {
    loop {
        let received = match next_message(&mut socket).await {
            Ok(text) => progress.receive(text),
            Err(reason) => return End::Lost(reason),
        };
        received.notes.iter().for_each(output::note);
        match received.frames.iter().try_for_each(|frame| print(&style.line(frame))) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return End::OutputClosed,
            Err(error) => return End::Failed(format!("cannot print: {error}")),
        }
    }
}

/// Returns the next text message, or why the connection ended.
async fn next_message(socket: &mut Socket) -> Result<String, String> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
            Some(Ok(Message::Close(frame))) => return Err(closed(frame)),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(format!("the connection failed: {error}")),
            None => return Err(closed(None)),
        }
    }
}

fn closed(frame: Option<CloseFrame>) -> String {
    let code = frame.map(|frame| format!(" with {} {}", u16::from(frame.code), printable(&frame.reason)));
    format!("the server closed the connection{}", code.unwrap_or_default())
}

fn print(line: &str) -> io::Result<()> {
    let mut output = stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn not_connected(error: tungstenite::Error) -> End {
    match error {
        tungstenite::Error::Http(response) => refused(response.status(), response.body().as_deref()),
        tungstenite::Error::Url(error) => End::Failed(error.to_string()),
        error => End::Lost(format!("cannot connect: {error}")),
    }
}

/// A retry cannot help after a 4xx status, except 429.
fn refused(status: http::StatusCode, body: Option<&[u8]>) -> End {
    let body = String::from_utf8_lossy(body.unwrap_or_default());
    let reason = format!("{status} {}", printable(body.trim()));
    match status.is_client_error() && status != http::StatusCode::TOO_MANY_REQUESTS {
        true => End::Refused(status.as_u16(), reason),
        false => End::Lost(format!("cannot connect: {reason}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refusals_that_may_be_temporary_are_retried() {
        let is_retried =
            |status: u16| matches!(refused(http::StatusCode::from_u16(status).unwrap(), None), End::Lost(_));
        assert_eq!(
            [400, 403, 404, 429, 500, 502, 503].map(is_retried),
            [false, false, false, true, true, true, true]
        );
    }
}
