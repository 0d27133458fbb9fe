//! One small HTTP/1.1 request to a server on this machine.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A local mode answers in milliseconds.
const TIMEOUT: Duration = Duration::from_secs(2);

pub async fn get(authority: &str, path: &str) -> Result<Vec<u8>, String> {
    send(authority, &format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")).await
}

/// Posts JSON with the server's own origin, which the local mode requires.
pub async fn post(authority: &str, path: &str, json: &str) -> Result<Vec<u8>, String> {
    let length = json.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nOrigin: http://{authority}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{json}"
    );
    send(authority, &request).await
}

/// Calls an operation of an AWS service, as a program does.
pub async fn call(authority: &str, path: &str, operation: &str, json: &str) -> Result<Vec<u8>, String> {
    let length = json.len();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {authority}\r\nX-Amz-Target: {operation}\r\nConnection: close\r\n\
         Content-Type: application/x-amz-json-1.0\r\nContent-Length: {length}\r\n\r\n{json}"
    );
    send(authority, &request).await
}

/// Returns the body of a successful response.
async fn send(authority: &str, request: &str) -> Result<Vec<u8>, String> {
    let exchanged = timeout(TIMEOUT, exchange(authority, request)).await;
    let response = exchanged.map_err(|_| format!("{authority} did not answer within {TIMEOUT:?}"))?;
    let response = response.map_err(|error| format!("{authority}: {error}"))?;
    let end = response.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let (head, body) = response.split_at(end.map_or(response.len(), |end| end + 4));
    match head.split(|byte| *byte == b' ').nth(1) {
        Some(b"200") => Ok(body.to_vec()),
        status => {
            let status = String::from_utf8_lossy(status.unwrap_or(b"no status"));
            Err(format!("{authority}: {status} {}", String::from_utf8_lossy(body).trim()))
        }
    }
}

async fn exchange(authority: &str, request: &str) -> std::io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(authority).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await?;
    Ok(response)
}
