use crate::Fault;

/// Responses that no service sends for a success: each must be an error, or be retried, wherever AWS is called.
/// `@connections` sends an empty body, so there the second one is a success.
pub fn broken_responses() -> Vec<Fault> {
    vec![
        Fault::Body(200, "{}"),
        Fault::Body(200, ""),
        Fault::Body(200, r#"{"Items":[{"pk":{"S":"a"#),
        Fault::Body(200, "<html><body>Proxy</body></html>"),
        Fault::Body(200, "null"),
        Fault::Body(200, "[]"),
        Fault::Body(302, ""),
        Fault::Body(400, "{}"),
        Fault::Body(403, "<html><body>Forbidden</body></html>"),
        Fault::Body(404, ""),
        Fault::Body(500, "null"),
        Fault::Body(503, ""),
    ]
}
