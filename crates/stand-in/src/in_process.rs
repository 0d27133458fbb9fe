//! Requests without a network, so that a test can run in virtual time: each takes a random time of some
//! milliseconds, and the clock jumps over it.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use axum::body::to_bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use percent_encoding::percent_decode_str;
use tokio::time::sleep;

use crate::{StandIn, responses};

/// The address of a stand-in without a port.
pub(crate) const ADDRESS: &str = "http://in-process";

/// The longest time from the request to its arrival, and from there to the response, in microseconds.
const LATENCY: u64 = 4_000;

struct Connector(StandIn);

impl fmt::Debug for Connector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Connector")
    }
}

pub(crate) fn client(stand_in: &StandIn) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(stand_in.clone()));
    http_client_fn(move |_, _| connector.clone())
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let stand_in = self.0.clone();
        HttpConnectorFuture::new(async move {
            pause().await;
            let response = respond(stand_in, &request).await;
            pause().await;
            Ok(to_sdk(response).await)
        })
    }
}

async fn pause() {
    sleep(Duration::from_micros(fastrand::u64(..LATENCY))).await;
}

async fn respond(stand_in: StandIn, request: &HttpRequest) -> Response {
    let (state, headers) = (State(stand_in), headers(request));
    let body = String::from_utf8(request.body().bytes().unwrap_or_default().to_vec()).unwrap();
    let path = request.uri().trim_start_matches(ADDRESS).split('?').next().unwrap_or_default();
    let segments: Vec<String> = path
        .split('/')
        .skip(1)
        .map(|one| percent_decode_str(one).decode_utf8().unwrap().into_owned())
        .collect();
    match segments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["@connections", id] if request.method() == "DELETE" => {
            responses::close(state, Path(id.to_owned())).await
        }
        ["@connections", id] => responses::post(state, Path(id.to_owned()), body).await,
        ["2015-03-31", "functions", name, "invocations"] => {
            responses::invoke(state, Path(name.to_owned()), headers, body).await
        }
        _ => responses::call(state, headers, body).await,
    }
}

fn headers(request: &HttpRequest) -> HeaderMap {
    let pairs = request.headers().iter().map(|(name, value)| {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, HeaderValue::from_str(value).unwrap())
    });
    pairs.collect()
}

async fn to_sdk(response: Response) -> HttpResponse {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let mut response = HttpResponse::new(parts.status.as_u16().try_into().unwrap(), SdkBody::from(body));
    for (name, value) in &parts.headers {
        response.headers_mut().append(name.as_str().to_owned(), value.to_str().unwrap().to_owned());
    }
    response
}
