use serde_json::{Value as Json, json};

/// The pointer to the schemas in the document.
pub const SCHEMAS: &str = "#/components/schemas/";

pub fn reference(pointer: &str) -> Json {
    json!({ "$ref": pointer })
}

/// Returns a reference such as `messages/order.placed.v1`.
pub fn to_component(path: &str) -> Json {
    reference(&format!("#/components/{path}"))
}
