//! Requests of each kind that change one item or several.

use serde_json::{Map, Value, json};

use super::item::{Item, Key};

/// A change of one item. Without `new`, it ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub key: Key,
    pub old: Option<Item>,
    pub new: Option<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Put or delete one item.
    Single,
    Update,
    Transaction,
    Batch,
}

#[derive(Debug, Clone)]
pub struct Operation {
    /// A word for the report.
    pub kind: &'static str,
    pub how: How,
    pub changes: Vec<Change>,
}

impl Operation {
    /// Returns the name of the operation, and the request.
    pub fn request(&self) -> (&'static str, Value) {
        let first = &self.changes[0];
        match (self.how, &first.new) {
            (How::Transaction, _) => {
                let parts: Vec<_> = self.changes.iter().map(Change::part).collect();
                ("TransactWriteItems", json!({ "TransactItems": parts }))
            }
            (How::Batch, _) => ("BatchWriteItem", json!({ "RequestItems": batch(&self.changes) })),
            (How::Update, Some(new)) => ("UpdateItem", first.update(new)),
            (_, Some(new)) => ("PutItem", first.put(new)),
            (_, None) => ("DeleteItem", first.delete()),
        }
    }
}

impl Change {
    fn part(&self) -> Value {
        match &self.new {
            Some(new) => json!({"Put": self.put(new)}),
            None => json!({"Delete": self.delete()}),
        }
    }

    fn put(&self, new: &Item) -> Value {
        let mut request = self.condition();
        request["Item"] = new.attributes();
        request
    }

    fn delete(&self) -> Value {
        let mut request = self.condition();
        request["Key"] = self.key.attributes();
        request
    }

    /// Sets all attributes but those of the key.
    fn update(&self, new: &Item) -> Value {
        let mut request = self.condition();
        let key = self.key.attributes();
        let attributes = new.attributes();
        let others = attributes.as_object().into_iter().flatten().filter(|(name, _)| key.get(name).is_none());
        let mut sets = Vec::new();
        for (number, (name, value)) in others.enumerate() {
            request["ExpressionAttributeNames"][format!("#n{number}")] = name.as_str().into();
            request["ExpressionAttributeValues"][format!(":n{number}")] = value.clone();
            sets.push(format!("#n{number} = :n{number}"));
        }
        request["Key"] = key;
        request["UpdateExpression"] = format!("SET {}", sets.join(", ")).into();
        request
    }

    /// A change takes place only after the one before it. So versions grow, also if an answer is missing.
    fn condition(&self) -> Value {
        let mut request =
            json!({"TableName": self.key.table.name(), "ExpressionAttributeNames": {"#v": "version"}});
        request["ConditionExpression"] = match &self.old {
            None => "attribute_not_exists(#v)".into(),
            Some(old) => {
                request["ExpressionAttributeValues"] = json!({":v": {"N": old.version.to_string()}});
                "#v = :v".into()
            }
        };
        request
    }
}

/// The requests of a batch by table. A batch has no conditions.
fn batch(changes: &[Change]) -> Map<String, Value> {
    let mut tables = Map::new();
    for change in changes {
        let request = match &change.new {
            Some(new) => json!({"PutRequest": {"Item": new.attributes()}}),
            None => json!({"DeleteRequest": {"Key": change.key.attributes()}}),
        };
        let requests = tables.entry(change.key.table.name()).or_insert_with(|| json!([]));
        requests.as_array_mut().into_iter().for_each(|requests| requests.push(request.clone()));
    }
    tables
}
