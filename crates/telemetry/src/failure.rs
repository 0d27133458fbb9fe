use std::fmt::Display;

use lambda_runtime::Diagnostic;

/// The error of an invocation, for the log and the caller. The Lambda runtime would name it after a Rust type.
pub fn failure(error: impl Display) -> Diagnostic {
    Diagnostic { error_type: "InvocationFailed".to_owned(), error_message: error.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_failure_names_no_rust_type() {
        let failure = serde_json::to_value(failure("table log: throttled")).ok();
        let expected = json!({"errorType": "InvocationFailed", "errorMessage": "table log: throttled"});
        assert_eq!(failure, Some(expected));
    }
}
