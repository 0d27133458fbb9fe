use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Map, Value};
use tablecast_aws::Fields;

/// The key attributes of an item: `{"tenant":"acme","orderId":"1001"}`, or in DynamoDB JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Key(Map<String, Value>);

impl Key {
    pub fn parse(text: &str) -> Result<Self, String> {
        let example = r#"write the key attributes as JSON, such as {"tenant":"acme","orderId":"1001"}; a large number or one with a fraction is {"id":{"N":"1.5"}}"#;
        let key: Map<String, Value> = serde_json::from_str(text).map_err(|_| example.to_owned())?;
        let typed: Option<Map<_, _>> =
            key.into_iter().map(|(name, value)| Some((name, typed(value)?))).collect();
        typed.filter(|key| (1..=2).contains(&key.len())).map(Self).ok_or_else(|| example.to_owned())
    }

    pub fn json(&self) -> Value {
        Value::Object(self.0.clone())
    }

    pub fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// The key as a request has it. `None` for a type that no key has.
    pub fn fields(&self) -> Option<Fields> {
        let value = |value: &Value| match (value["S"].as_str(), value["N"].as_str()) {
            (Some(text), _) => Some(AttributeValue::S(text.to_owned())),
            (_, Some(digits)) => Some(AttributeValue::N(digits.to_owned())),
            _ => None,
        };
        self.0.iter().map(|(name, attribute)| Some((name.clone(), value(attribute)?))).collect()
    }
}

fn typed(value: Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(serde_json::json!({ "S": text })),
        // Any other number could have lost digits, and be the key of another item.
        Value::Number(number) if !number.is_f64() => Some(serde_json::json!({ "N": number.to_string() })),
        Value::Object(object) if object.len() == 1 => {
            let is_text = ["S", "N"].iter().any(|kind| object.get(*kind).is_some_and(Value::is_string));
            is_text.then_some(Value::Object(object))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_plain_json_or_dynamodb_json() {
        let typed = json!({ "tenant": { "S": "acme" }, "number": { "N": "7" } });
        let plain = Key::parse(r#"{"tenant":"acme","number":7}"#).unwrap();
        assert_eq!(Value::Object(plain.0.clone()), typed);
        assert_eq!(Key::parse(&typed.to_string()).unwrap(), plain);
        assert_eq!(plain.fields().unwrap().len(), 2);
        for wrong in [
            "",
            "acme",
            "{}",
            "[]",
            r#"{"a":12345678901234567890123}"#,
            r#"{"a":null}"#,
            r#"{"a":{"BOOL":true}}"#,
            r#"{"a":1,"b":2,"c":3}"#,
        ] {
            assert!(Key::parse(wrong).is_err(), "{wrong}");
        }
    }
}
