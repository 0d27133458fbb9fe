//! The DynamoDB tables, in the memory of this process.

use dynoxide::{Database, DynoxideError, ImportOptions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::StandIn;

impl StandIn {
    /// Creates a table with other keys: the name and the type of the partition key, and of the sort key.
    pub fn create_table(&self, table: &str, keys: &[(&str, &str)]) {
        create_with(&self.database, table, keys);
    }

    /// Puts an item by a request of its own, as an application does.
    pub fn put(&self, table: &str, item: &Value) {
        self.database.put_item(parse(json!({ "TableName": table, "Item": item }))).unwrap();
    }

    /// Deletes the item with this key.
    pub fn delete(&self, table: &str, key: &Value) {
        self.database.delete_item(parse(json!({ "TableName": table, "Key": key }))).unwrap();
    }

    /// Writes items directly, which is quicker than requests.
    pub fn import(&self, table: &str, items: Vec<Value>) {
        self.database.import_items(table, parse(Value::Array(items)), ImportOptions::default()).unwrap();
    }

    /// All items of a table.
    pub fn items(&self, table: &str) -> Vec<Value> {
        self.pages("Scan", json!({ "TableName": table }))
    }

    /// The items of a partition.
    pub fn items_of(&self, table: &str, pk: &str) -> Vec<Value> {
        let values = json!({ ":pk": { "S": pk } });
        let request = json!({ "TableName": table, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values });
        self.pages("Query", request)
    }

    fn pages(&self, operation: &str, mut request: Value) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let page = run(&self.database, operation, request.clone()).unwrap();
            items.extend(page["Items"].as_array().unwrap().iter().cloned());
            match page.get("LastEvaluatedKey") {
                Some(last) if !last.is_null() => request["ExclusiveStartKey"] = last.clone(),
                _ => return items,
            }
        }
    }

    /// Replaces an attribute of the items that have this connection as one of these keys, as something other than
    /// tablecast could.
    pub fn damage(&self, id: &str, keys: &[&str], attribute: &str, value: &Value) {
        let mut items = self.items("connections");
        items.retain(|item| keys.iter().any(|key| item[*key]["S"] == format!("connection#{id}")));
        items.iter_mut().for_each(|item| item[attribute] = value.clone());
        self.import("connections", items);
    }

    pub fn remove(&self, table: &str, item: &Value) {
        self.delete(table, &json!({ "pk": item["pk"], "sk": item["sk"] }));
    }

    pub fn delete_table(&self, table: &str) {
        self.database.delete_table(parse(json!({ "TableName": table }))).unwrap();
    }
}

pub(crate) fn create(database: &Database, table: &str) {
    create_with(database, table, &[("pk", "S"), ("sk", "S")]);
}

fn create_with(database: &Database, table: &str, keys: &[(&str, &str)]) {
    let attribute = |(name, of): &(&str, &str)| json!({ "AttributeName": name, "AttributeType": of });
    let key = |((name, _), role): (&(&str, &str), &str)| json!({ "AttributeName": name, "KeyType": role });
    let definition = json!({
        "TableName": table,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": keys.iter().map(attribute).collect::<Vec<_>>(),
        "KeySchema": keys.iter().zip(["HASH", "RANGE"]).map(key).collect::<Vec<_>>(),
    });
    database.create_table(parse(definition)).unwrap();
}

/// The table of a request. A transaction stays within one table.
pub(crate) fn of(request: &Value) -> String {
    let first = &request["TransactItems"][0];
    let of_transaction = ["Put", "Update", "Delete"].map(|kind| &first[kind]["TableName"]);
    let mut tables = [&request["TableName"]].into_iter().chain(of_transaction);
    tables.find_map(Value::as_str).unwrap().to_owned()
}

/// The partition key of a request. A transaction has that of its first item.
pub(crate) fn partition(request: &Value) -> Option<&str> {
    let first = &request["TransactItems"][0];
    let of_query = &request["ExpressionAttributeValues"][":pk"];
    let items = [request, &first["Put"], &first["Delete"], &first["Update"]];
    let keys = items.into_iter().flat_map(|item| [&item["Item"]["pk"], &item["Key"]["pk"]]);
    keys.chain([of_query]).find_map(|key| key["S"].as_str())
}

/// Returns the units beside the response, which has them only if the request asks.
pub(crate) fn run_counted(
    database: &Database,
    operation: &str,
    mut request: Value,
) -> Result<(Value, f64), DynoxideError> {
    let asks = request.get("ReturnConsumedCapacity").is_some();
    request["ReturnConsumedCapacity"] = "TOTAL".into();
    let mut response = run(database, operation, request)?;
    let units = units(&response["ConsumedCapacity"]);
    if !asks {
        response.as_object_mut().unwrap().remove("ConsumedCapacity");
    }
    Ok((response, units))
}

/// A transaction has a list of them.
fn units(capacity: &Value) -> f64 {
    let tables = capacity.as_array().map_or(std::slice::from_ref(capacity), Vec::as_slice);
    tables.iter().filter_map(|table| table["CapacityUnits"].as_f64()).sum()
}

pub(crate) fn run(database: &Database, operation: &str, request: Value) -> Result<Value, DynoxideError> {
    match operation {
        "Query" => database.query(parse(request)).map(to_value),
        "Scan" => database.scan(parse(request)).map(to_value),
        "DescribeTable" => database.describe_table(parse(request)).map(to_value),
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
