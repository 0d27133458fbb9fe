//! The DynamoDB tables, in the memory of this process.

use dynoxide::{Database, DynoxideError, ImportOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::StandIn;

impl StandIn {
    /// Writes items directly, which is quicker than requests.
    pub fn import(&self, table: &str, items: Vec<Value>) {
        self.database.import_items(table, parse(Value::Array(items)), ImportOptions::default()).unwrap();
    }

    /// All items of a table.
    pub fn items(&self, table: &str) -> Vec<Value> {
        let mut request = json!({ "TableName": table });
        let mut items = Vec::new();
        loop {
            let page = run(&self.database, "Scan", request.clone()).unwrap();
            items.extend(page["Items"].as_array().unwrap().iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(last) if !last.is_null() => request["ExclusiveStartKey"] = last.clone(),
                _ => return items,
            }
        }
    }

    pub fn remove(&self, table: &str, item: &Value) {
        let key = json!({ "pk": item["pk"], "sk": item["sk"] });
        self.database.delete_item(parse(json!({ "TableName": table, "Key": key }))).unwrap();
    }

    pub fn delete_table(&self, table: &str) {
        self.database.delete_table(parse(json!({ "TableName": table }))).unwrap();
    }
}

pub(crate) fn create(database: &Database, table: &str) {
    let definition = json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    });
    database.create_table(parse(definition)).unwrap();
}

/// The table of a request. A transaction stays within one table.
pub(crate) fn of(request: &Value) -> String {
    let first = &request["TransactItems"][0];
    let tables = [&request["TableName"], &first["Put"]["TableName"], &first["Delete"]["TableName"]];
    tables.into_iter().find_map(Value::as_str).unwrap().to_owned()
}

/// The partition key of a request. A transaction has that of its first item.
pub(crate) fn partition(request: &Value) -> Option<&str> {
    let first = &request["TransactItems"][0];
    let of_query = &request["ExpressionAttributeValues"][":pk"];
    let items = [request, &first["Put"], &first["Delete"], &first["Update"]];
    let keys = items.into_iter().flat_map(|item| [&item["Item"]["pk"], &item["Key"]["pk"]]);
    keys.chain([of_query]).find_map(|key| key["S"].as_str())
}

pub(crate) fn run(database: &Database, operation: &str, request: Value) -> Result<Value, DynoxideError> {
    match operation {
        "Query" => database.query(parse(request)).map(to_value),
        "Scan" => database.scan(parse(request)).map(to_value),
        "GetItem" => database.get_item(parse(request)).map(to_value),
        "PutItem" => database.put_item(parse(request)).map(to_value),
        "UpdateItem" => database.update_item(parse(request)).map(to_value),
        "DeleteItem" => database.delete_item(parse(request)).map(to_value),
        "TransactWriteItems" => database.transact_write_items(parse(request)).map(to_value),
        other => panic!("tablecast does not use {other}"),
    }
}

fn parse<T: DeserializeOwned>(request: Value) -> T {
    serde_json::from_value(request).unwrap()
}

fn to_value(response: impl Serialize) -> Value {
    serde_json::to_value(response).unwrap()
}
