use std::time::Duration;

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::DateTime;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::date_time::Format;
use tablecast_aws::now_in_milliseconds;
use tokio::time::sleep;

use super::StandIn;

/// The time between a request and its response, in milliseconds.
const MILLISECONDS: u64 = 5;

impl HttpConnector for StandIn {
    /// The request arrives at some time before the response.
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let stand_in = self.clone();
        HttpConnectorFuture::new(async move {
            let before = fastrand::u64(1..MILLISECONDS);
            sleep(Duration::from_millis(before)).await;
            let response = stand_in.respond(&request);
            sleep(Duration::from_millis(MILLISECONDS - before)).await;
            Ok(response)
        })
    }
}

impl StandIn {
    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let target = request.headers().get("x-amz-target").unwrap();
        let (_, operation) = target.split_once('.').unwrap();
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let result = self.database().call(operation, &body);
        match result {
            Ok(response) => http_response(200, response),
            Err(rejection) => http_response(400, rejection.response().to_string()),
        }
    }
}

fn http_response(status: u16, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
    let date = DateTime::from_millis(now_in_milliseconds()).fmt(Format::HttpDate).unwrap();
    response.headers_mut().insert("date", date);
    response
}
