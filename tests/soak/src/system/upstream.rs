//! The server behind a proxy.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, Response, header};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

#[derive(Clone)]
pub struct Upstream(Client<HttpConnector, Full<Bytes>>);

/// These belong to one connection.
const OF_A_CONNECTION: [HeaderName; 3] =
    [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH];

impl Default for Upstream {
    fn default() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }
}

impl Upstream {
    /// Sends the request to `http://<authority><path>`.
    pub async fn send(
        &self,
        authority: &str,
        path: &str,
        parts: &Parts,
        body: Bytes,
    ) -> Result<Response<Bytes>, String> {
        let mut request =
            hyper::Request::builder().method(&parts.method).uri(format!("http://{authority}{path}"));
        for (name, value) in parts.headers.iter().filter(|(name, _)| !OF_A_CONNECTION.contains(name)) {
            request = request.header(name, value);
        }
        let request = request.body(Full::from(body)).map_err(|error| error.to_string())?;
        let response = self.0.request(request).await.map_err(|error| error.to_string())?;
        let (mut parts, body) = response.into_parts();
        OF_A_CONNECTION.iter().for_each(|name| drop(parts.headers.remove(name)));
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}

pub fn whole(response: Response<Bytes>) -> Response<Body> {
    response.map(Body::from)
}

/// Announces the whole body, sends its first half, and ends the connection.
pub fn half(response: Response<Bytes>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    parts.headers.insert(header::CONTENT_LENGTH, body.len().into());
    let first = body.slice(..body.len() / 2);
    let broken = std::io::Error::other("cut off by the soak");
    let chunks = futures_util::stream::iter([Ok(first), Err(broken)]);
    Response::from_parts(parts, Body::from_stream(chunks))
}
