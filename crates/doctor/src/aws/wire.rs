use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

use super::operation::Operation;
use super::signature;

/// A request: JSON for services with a target, otherwise the path and the query.
#[derive(Debug, Clone)]
pub enum Request {
    Json(Value),
    Get(String),
}

/// One request on the wire.
pub struct Wire {
    method: &'static str,
    pub url: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Wire {
    pub fn new(address: &str, operation: &Operation, request: &Request) -> Self {
        match request {
            Request::Json(body) => Self::json(format!("{address}/"), operation, body),
            Request::Get(path) => Self::get(format!("{address}{path}")),
        }
    }

    fn json(url: String, operation: &Operation, body: &Value) -> Self {
        let (version, target) = operation.service.target().unwrap_or_default();
        let headers = vec![
            ("content-type", format!("application/x-amz-json-{version}")),
            ("x-amz-target", format!("{target}.{}", operation.name)),
        ];
        Self { method: "POST", url, headers, body: body.to_string() }
    }

    fn get(url: String) -> Self {
        Self { method: "GET", url, headers: Vec::new(), body: String::new() }
    }

    /// Signs it for a region and a service.
    pub fn signed(&self, credentials: &Credentials, scope: (&str, &str)) -> Result<HttpRequest, String> {
        let signature =
            signature::headers(credentials, scope, (self.method, &self.url), &self.headers, &self.body);
        let signature = signature.map_err(|error| format!("the request cannot be signed: {error}"))?;
        let mut request = HttpRequest::new(SdkBody::from(self.body.as_str()));
        request.set_method(self.method).map_err(|error| error.to_string())?;
        request.set_uri(self.url.as_str()).map_err(|error| error.to_string())?;
        for (name, value) in &self.headers {
            request.headers_mut().insert(*name, value.clone());
        }
        for (name, value) in signature {
            request.headers_mut().insert(name, value);
        }
        Ok(request)
    }
}
