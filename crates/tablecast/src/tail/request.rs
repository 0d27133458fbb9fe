use std::error::Error;

use form_urlencoded::Serializer;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, HeaderValue};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// The connection that the request opens.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// `ws://host/?subscribe=orders%2F*&subscribe=...`. The server splits values at commas, and then decodes `%2C`
/// and `%25`.
pub fn address(url: &str, patterns: &[String]) -> String {
    let escaped = |pattern: &String| pattern.replace('%', "%25").replace(',', "%2C");
    let patterns = patterns.iter().map(|pattern| ("subscribe", escaped(pattern)));
    let query = Serializer::new(String::new()).extend_pairs(patterns).finish();
    let (url, separator) = match url.contains('?') {
        true => (url.to_owned(), "&"),
        false if url.matches('/').count() > 2 => (url.to_owned(), "?"),
        false => (format!("{url}/"), "?"),
    };
    format!("{url}{separator}{query}")
}

/// Sends the token in a header, because servers often log addresses.
pub fn request(address: &str, token: Option<&str>) -> Result<Request, Box<dyn Error>> {
    let mut request = address.into_client_request()?;
    if let Some(token) = token {
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let mut value = value.map_err(
            |_| "--token: contains characters that no token has; copy the token again, on one line",
        )?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// Returns the address without its query, which may contain a token.
pub fn without_query(request: &Request) -> String {
    let address = request.uri().to_string();
    address.split_once('?').map_or(address.clone(), |(address, _)| address.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn patterns_become_query_parameters() {
        let address = |url: &str, patterns: &[&str]| {
            super::address(url, &patterns.iter().map(|pattern| pattern.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(address("ws://127.0.0.1:8787", &["*"]), "ws://127.0.0.1:8787/?subscribe=*");
        assert_eq!(address("ws://h/", &["a/*", "b c"]), "ws://h/?subscribe=a%2F*&subscribe=b+c");
        assert_eq!(address("ws://h/live", &["a&b"]), "ws://h/live?subscribe=a%26b");
        assert_eq!(address("ws://h/", &["a,b", "50%"]), "ws://h/?subscribe=a%252Cb&subscribe=50%2525");
        assert_eq!(address("ws://h/?token=t", &["*"]), "ws://h/?token=t&subscribe=*");
    }
}
