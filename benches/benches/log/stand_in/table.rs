use std::collections::HashMap;

use serde_json::{Value, json};

use super::Counts;
use super::parser::condition;
use super::partition::Partition;
use super::query::Query;
use super::scalar::Scalar;
use super::units::{read_units, size, write_units};

#[derive(Debug, Default)]
pub struct Table {
    partitions: HashMap<Scalar, Partition>,
    pub counts: Counts,
    pub forgets: bool,
}

/// An error of DynamoDB.
#[derive(Debug)]
pub enum Rejection {
    Throttled,
    ConditionFailed,
}

impl Table {
    pub fn call(&mut self, operation: &str, request: &Value) -> Result<Value, Rejection> {
        if self.forgets {
            self.partitions.clear();
        }
        match operation {
            "PutItem" => self.put(request),
            "Query" => self.query(request),
            operation => panic!("the stand-in does not know {operation}"),
        }
    }

    fn put(&mut self, request: &Value) -> Result<Value, Rejection> {
        let new = request["Item"].as_object().unwrap();
        let key = |name: &str| Scalar::of(&new[name]).unwrap();
        let partition = self.partitions.entry(key("pk")).or_default();
        let old = partition.items.get(&key("sk"));
        let holds = condition(request, "ConditionExpression").is_none_or(|condition| condition.holds(old));
        let units = write_units(old.map_or(0, size).max(if holds { size(new) } else { 0 }));
        self.counts.admit(partition.writes.take(units))?;
        self.counts.write_units += units;
        if !holds {
            self.counts.failed_writes += 1;
            return Err(Rejection::ConditionFailed);
        }
        partition.items.insert(key("sk"), new.clone());
        Ok(json!({ "ConsumedCapacity": capacity(request, units) }))
    }

    fn query(&mut self, request: &Value) -> Result<Value, Rejection> {
        let query = Query::of(request);
        let partition = self.partitions.entry(query.pk.clone()).or_default();
        let items = query.items(&partition.items);
        let units = read_units(items.iter().map(|item| size(item)).sum());
        self.counts.admit(partition.reads.take(units))?;
        self.counts.read_units += units;
        let mut response = json!({ "Items": items, "ConsumedCapacity": capacity(request, units) });
        if let Some(last) = items.last().filter(|_| items.len() == query.limit) {
            response["LastEvaluatedKey"] = json!({ "pk": last["pk"], "sk": last["sk"] });
        }
        Ok(response)
    }
}

impl Counts {
    fn admit(&mut self, is_admitted: bool) -> Result<(), Rejection> {
        self.throttled += u64::from(!is_admitted);
        is_admitted.then_some(()).ok_or(Rejection::Throttled)
    }
}

fn capacity(request: &Value, units: u64) -> Value {
    match request["ReturnConsumedCapacity"].as_str() {
        Some("TOTAL") => json!({ "TableName": request["TableName"], "CapacityUnits": units }),
        _ => Value::Null,
    }
}
