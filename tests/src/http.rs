//! An HTTP client that keeps its connections.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

#[derive(Clone)]
pub struct Http(Client<HttpConnector, Full<Bytes>>);

/// The status and the body, or why there is no response.
pub type HttpResult = Result<(u16, Bytes), String>;

impl Default for Http {
    fn default() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }
}

impl Http {
    pub async fn get(&self, url: &str) -> HttpResult {
        self.send(Method::GET, url, &[], String::new()).await
    }

    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: String) -> HttpResult {
        self.send(Method::POST, url, headers, body).await
    }

    pub async fn call(&self, method: &str, url: &str, body: String) -> HttpResult {
        self.send(method.parse().unwrap(), url, &[], body).await
    }

    /// Returns the response with its headers.
    pub async fn get_response(&self, url: &str) -> Result<Response<Bytes>, String> {
        self.response(Method::GET, url, &[], String::new()).await
    }

    async fn send(&self, method: Method, url: &str, headers: &[(&str, &str)], body: String) -> HttpResult {
        let response = self.response(method, url, headers, body).await?;
        Ok((response.status().as_u16(), response.into_body()))
    }

    async fn response(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Result<Response<Bytes>, String> {
        let request = Request::builder().method(method).uri(url);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let request = request.body(Full::from(body)).unwrap();
        let response = self.0.request(request).await.map_err(|error| error.to_string())?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}
