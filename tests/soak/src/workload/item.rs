//! Items as the writers write them.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::oracle::observations::Expected;

/// An attribute that no pipe file lists has a value with this text.
pub const CANARY: &str = "never-leaves-the-table";

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Table {
    Orders,
    Accounts,
    Documents,
    Restored,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub table: Table,
    pub tenant: String,
    pub id: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub key: Key,
    pub version: u64,
    pub status: &'static str,
    pub total: Total,
    pub is_odd: bool,
    /// The number of the notes that never leave the table.
    pub notes: u64,
    pub body: Arc<str>,
    /// Seconds since the epoch.
    pub expires: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Total {
    Number(u64),
    /// No event can be made of the item.
    Text,
    Missing,
}

impl Table {
    pub fn name(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Accounts => "accounts",
            Self::Documents => "documents",
            Self::Restored => "restored",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Self::Orders, Self::Accounts, Self::Documents, Self::Restored]
            .into_iter()
            .find(|table| table.name() == name)
    }

    /// The key attribute with the id.
    pub fn id_name(self) -> &'static str {
        match self {
            Self::Orders => "orderId",
            Self::Accounts => "accountId",
            Self::Documents => "documentId",
            Self::Restored => "noteId",
        }
    }
}

impl Key {
    pub fn subject(&self) -> String {
        format!("{}/{}/{}", self.table.name(), self.tenant, self.id)
    }

    /// The key in DynamoDB's JSON.
    pub fn attributes(&self) -> Value {
        let mut key = json!({self.table.id_name(): {"S": self.id}});
        if self.table != Table::Accounts {
            key["tenant"] = json!({"S": self.tenant});
        }
        key
    }
}

impl Item {
    pub fn new(key: Key, version: u64) -> Self {
        let (total, body) = (Total::Number(version), Arc::from(""));
        Self { key, version, status: "PLACED", total, is_odd: false, notes: version, body, expires: None }
    }

    /// The item in DynamoDB's JSON.
    pub fn attributes(&self) -> Value {
        let mut item = self.key.attributes();
        item["tenant"] = json!({"S": self.key.tenant});
        item["version"] = json!({"N": self.version.to_string()});
        item["notes"] = json!({"S": format!("{CANARY}-{}", self.notes)});
        match self.key.table {
            Table::Orders => self.add_order(&mut item),
            Table::Documents => item["body"] = json!({"S": &*self.body}),
            Table::Accounts | Table::Restored => {}
        }
        if let Some(expires) = self.expires {
            item["expiresAt"] = json!({"N": expires.to_string()});
        }
        item
    }

    fn add_order(&self, item: &mut Value) {
        item["status"] = json!({"S": self.status});
        item["grade"] = json!({"S": if self.is_odd { "odd" } else { "even" }});
        match self.total {
            Total::Number(total) => item["total"] = json!({"N": total.to_string()}),
            Total::Text => item["total"] = json!({"S": "no number"}),
            Total::Missing => {}
        }
    }

    pub fn is_poison(&self) -> bool {
        !matches!(self.total, Total::Number(_))
    }

    pub fn is_state(&self) -> bool {
        self.status != "ARCHIVED"
    }

    /// The data of an event with these members beside the key and the version.
    fn data(&self, members: &[(&str, Value)]) -> Value {
        let mut data = json!({"tenant": self.key.tenant, self.key.table.id_name(): self.key.id, "version": self.version});
        members.iter().for_each(|(name, value)| data[*name] = value.clone());
        data
    }

    pub fn event(&self, event_type: &'static str, members: &[(&str, Value)]) -> Expected {
        Expected { event_type, version: self.version, data: self.data(members) }
    }

    pub fn total(&self) -> (&'static str, Value) {
        match self.total {
            Total::Number(total) => ("total", total.into()),
            Total::Text | Total::Missing => ("total", Value::Null),
        }
    }

    /// The data of the item in a collection.
    pub fn state(&self) -> Option<Value> {
        let has_state = self.key.table == Table::Orders && self.is_state() && !self.is_poison();
        has_state.then(|| self.data(&[("status", self.status.into()), self.total()]))
    }
}
