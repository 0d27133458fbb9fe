//! Gets a token from a server, over HTTP.

use std::error::Error;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type BoxError = Box<dyn Error + Send + Sync>;

/// Requests `http://<host>:<port>/<path>`. A server of HTTP/1.0 closes the connection after its response.
pub async fn get(url: String) -> Result<String, BoxError> {
    let address = url.strip_prefix("http://").ok_or("the address of the server must begin with http://")?;
    let (host, path) = address.split_once('/').ok_or("the address of the server has no path")?;
    let mut stream = TcpStream::connect(host).await?;
    let request = format!("GET /{path} HTTP/1.0\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").ok_or("the response has no end")?;
    match head.split_whitespace().nth(1) {
        Some("200") => Ok(body.to_owned()),
        status => Err(format!("the server of tokens responds {status:?}").into()),
    }
}
