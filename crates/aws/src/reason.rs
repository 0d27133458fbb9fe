//! An error of an SDK in words for people, without the SDK's own structures.

use std::error::Error;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Texts of the SDKs that name a layer and not the cause.
const LAYERS: [&str; 9] = [
    "dispatch failure",
    "io error",
    "other",
    "service error",
    "unhandled error",
    "client error (Connect)",
    "client error (SendRequest)",
    "an error occurred while loading credentials",
    "the credentials provider was not properly configured",
];

/// Returns the code and the message of the service. If the service did not respond, returns the causes.
pub fn reason(error: &(impl ProvideErrorMetadata + Error + 'static)) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        _ => causes(error),
    }
}

/// Joins an error with its causes.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let chain: Vec<_> = successors(Some(error), |error| (*error).source()).collect();
    let mut texts: Vec<String> = chain.iter().map(|error| error.to_string()).collect();
    texts.dedup();
    texts.retain(|text| !LAYERS.contains(&text.as_str()));
    if chain.iter().any(|error| error.is::<CredentialsError>()) {
        return credentials(&texts);
    }
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}

/// Without any credentials, the SDK reports that this machine is no EC2 instance, which is no help.
fn credentials(texts: &[String]) -> String {
    let is_about_instance = texts.iter().any(|text| text.contains("IMDS"));
    let detail = if is_about_instance || texts.is_empty() {
        String::new()
    } else {
        format!(" ({})", texts.join(": "))
    };
    format!("no AWS credentials{detail}: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::error::ErrorMetadata;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        source: Option<Box<dyn Error + Send + Sync>>,
        metadata: ErrorMetadata,
    }

    impl ProvideErrorMetadata for Layer {
        fn meta(&self) -> &ErrorMetadata {
            &self.metadata
        }
    }

    fn layers(texts: &[&'static str], innermost: Option<Box<dyn Error + Send + Sync>>) -> Layer {
        let (text, rest) = texts.split_first().unwrap();
        let metadata = ErrorMetadata::builder().build();
        let source = match rest.is_empty() {
            true => innermost,
            false => Some(layers(rest, innermost).into()),
        };
        Layer { text, source, metadata }
    }

    #[test]
    fn a_service_has_a_code_and_a_message() {
        let metadata = ErrorMetadata::builder().code("AccessDenied").message("no").build();
        assert_eq!(reason(&Layer { text: "service error", source: None, metadata }), "AccessDenied: no");
        let metadata = ErrorMetadata::builder().code("AccessDenied").build();
        assert_eq!(reason(&Layer { text: "service error", source: None, metadata }), "AccessDenied");
    }

    #[test]
    fn without_a_response_only_the_causes_are_left() {
        let texts = ["dispatch failure", "io error", "client error (Connect)", "Connection refused"];
        assert_eq!(reason(&layers(&texts, None)), "Connection refused");
        assert_eq!(
            reason(&layers(&["request has timed out", "after 3 s"], None)),
            "request has timed out: after 3 s"
        );
        assert_eq!(reason(&layers(&["dispatch failure"], None)), "dispatch failure");
    }

    #[test]
    fn missing_credentials_have_a_remedy_instead_of_the_sdks_search() {
        let imds = CredentialsError::provider_error("failed to load IMDS session token");
        let text = reason(&layers(&["dispatch failure", "other"], Some(imds.into())));
        let remedy = ": set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
        assert_eq!(text, format!("no AWS credentials{remedy}"));
        let role = CredentialsError::provider_error("the role cannot be assumed");
        let text = reason(&layers(&["dispatch failure", "other"], Some(role.into())));
        assert_eq!(text, format!("no AWS credentials (the role cannot be assumed){remedy}"));
    }

    #[test]
    fn no_text_has_debug_output() {
        let error = layers(&["dispatch failure", "io error", "Connection refused"], None);
        assert!(!reason(&error).contains('{'));
    }
}
