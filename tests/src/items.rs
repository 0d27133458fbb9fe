//! Items as an application writes them, with secrets.

use serde_json::{Value, json};

/// Attribute values that no event may contain.
pub const SECRETS: [&str; 2] = ["argon2id-of-a-password", "a difficult customer"];

pub fn profile(id: &str, name: &str) -> Value {
    json!({
        "userId": {"S": id}, "displayName": {"S": name}, "email": {"S": "ada@example.com"},
        "passwordHash": {"S": SECRETS[0]},
    })
}

pub fn order(id: &str, status: &str) -> Value {
    order_of("acme", id, status)
}

pub fn order_of(tenant: &str, id: &str, status: &str) -> Value {
    let line = json!({"M": {"sku": {"S": "lamp-7"}, "quantity": {"N": "2"}, "unitPrice": {"N": "64.95"}}});
    json!({
        "tenant": {"S": tenant}, "orderId": {"S": id}, "status": {"S": status}, "total": {"N": "129.90"},
        "currency": {"S": "EUR"}, "lines": {"L": [line]}, "createdAt": {"S": "2026-11-23T09:00:00Z"},
        "internalNotes": {"S": SECRETS[1]},
    })
}
