use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;

/// Returns the headers that sign a request.
pub fn headers(
    credentials: &Credentials,
    (region, service): (&str, &str),
    (method, url): (&str, &str),
    own: &[(&str, String)],
    body: &str,
) -> Result<Vec<(String, String)>, Box<dyn std::error::Error>> {
    let identity = Identity::from(credentials.clone());
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()?
        .into();
    let own = own.iter().map(|(name, value)| (*name, value.as_str()));
    let request = SignableRequest::new(method, url, own, SignableBody::Bytes(body.as_bytes()))?;
    let (instructions, _) = sign(request, &parameters)?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
