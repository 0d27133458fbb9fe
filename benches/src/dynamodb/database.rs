use std::collections::HashMap;

use serde_json::{Value, json};

use super::Counts;
use super::partition::{Partition, Stored};
use super::query::Query;
use super::rejection::Rejection;
use super::scalar::Scalar;
use super::units::read_units;

/// The tables. Each has the keys `pk` and `sk`.
#[derive(Debug, Default)]
pub struct Database {
    partitions: HashMap<(String, Scalar), Partition>,
    pub counts: Counts,
    pub forgets: bool,
}

impl Database {
    /// Returns the text of the response.
    pub fn call(&mut self, operation: &str, request: &Value) -> Result<String, Rejection> {
        if self.forgets {
            self.partitions.clear();
        }
        match operation {
            "PutItem" | "UpdateItem" | "DeleteItem" => self.write(request),
            "TransactWriteItems" => self.transact(request),
            "GetItem" => self.get(request),
            "Query" => self.query(request),
            operation => panic!("the stand-in does not know {operation}"),
        }
    }

    pub(super) fn partition(&mut self, request: &Value, pk: Scalar) -> &mut Partition {
        let table = request["TableName"].as_str().unwrap().to_owned();
        self.partitions.entry((table, pk)).or_default()
    }

    pub fn copy(&mut self, table: &str, text: &str, others: impl Iterator<Item = String>) {
        let of_table = self.partitions.iter().filter(|((name, _), _)| name == table);
        let items = of_table.flat_map(|(_, partition)| partition.items.values());
        let found: Vec<String> =
            items.filter(|item| item.text.contains(text)).map(|item| item.text.clone()).collect();
        for other in others {
            for item in &found {
                self.insert(table, Stored::new(serde_json::from_str(&item.replace(text, &other)).unwrap()));
            }
        }
    }

    fn insert(&mut self, table: &str, item: Stored) {
        let key = |name: &str| Scalar::of(&item.fields[name]).unwrap();
        let partition = self.partitions.entry((table.to_owned(), key("pk"))).or_default();
        partition.items.insert(key("sk"), item);
    }

    fn get(&mut self, request: &Value) -> Result<String, Rejection> {
        let key = |name: &str| Scalar::of(&request["Key"][name]).unwrap();
        let partition = self.partition(request, key("pk"));
        let item = partition.items.get(&key("sk"));
        let units = read_units(item.map_or(0, |item| item.size));
        let response =
            json!({ "Item": item.map(|item| &item.fields), "ConsumedCapacity": capacity(request, units) });
        let is_admitted = partition.reads.take(units);
        self.counts.read(units, is_admitted)?;
        Ok(response.to_string())
    }

    fn query(&mut self, request: &Value) -> Result<String, Rejection> {
        let query = Query::of(request);
        let partition = self.partition(request, query.pk.clone());
        let page = query.page(&partition.items);
        let units = read_units(page.items.iter().map(|item| item.size).sum());
        let response = page.text(&capacity(request, units));
        let is_admitted = partition.reads.take(units);
        self.counts.read(units, is_admitted)?;
        Ok(response)
    }
}

impl Counts {
    pub(super) fn admit(&mut self, is_admitted: bool) -> Result<(), Rejection> {
        self.throttled += u64::from(!is_admitted);
        is_admitted.then_some(()).ok_or(Rejection::Throttled)
    }

    fn read(&mut self, units: u64, is_admitted: bool) -> Result<(), Rejection> {
        self.admit(is_admitted)?;
        self.read_units += units;
        Ok(())
    }
}

pub fn capacity(request: &Value, units: u64) -> Value {
    match request["ReturnConsumedCapacity"].as_str() {
        Some("TOTAL") => json!({ "TableName": request["TableName"], "CapacityUnits": units }),
        _ => Value::Null,
    }
}
