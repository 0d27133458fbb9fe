use serde_json::{Value, json};

use super::database::{Database, capacity};
use super::parser::{condition, sets};
use super::partition::Stored;
use super::rejection::Rejection;
use super::scalar::Scalar;
use super::units::{Item, write_units};

/// One write of an item, checked but not made.
struct Write {
    pk: Scalar,
    sk: Scalar,
    /// None deletes the item.
    new: Option<Stored>,
    units: u64,
    holds: bool,
}

impl Database {
    pub(super) fn write(&mut self, request: &Value) -> Result<String, Rejection> {
        let write = self.check(request);
        self.pay(request, &write, 1)?;
        let units = write.units;
        let new = write.new.as_ref().map(|new| new.fields.clone());
        self.make(request, write);
        let attributes = new.filter(|_| request["ReturnValues"] == "ALL_NEW");
        Ok(json!({ "Attributes": attributes, "ConsumedCapacity": capacity(request, units) }).to_string())
    }

    /// Writes all items or none. Each costs twice as much as alone.
    pub(super) fn transact(&mut self, request: &Value) -> Result<String, Rejection> {
        let items = request["TransactItems"].as_array().unwrap().iter();
        let requests: Vec<&Value> =
            items.map(|item| item.as_object().unwrap().values().next().unwrap()).collect();
        let writes: Vec<Write> = requests.iter().map(|request| self.check(request)).collect();
        for (request, write) in requests.iter().zip(&writes) {
            self.pay(request, write, 2).map_err(Rejection::cancels)?;
        }
        for (request, write) in requests.iter().zip(writes) {
            self.make(request, write);
        }
        let capacity =
            json!([{ "TableName": requests[0]["TableName"], "CapacityUnits": requests.len() * 2 }]);
        Ok(json!({ "ConsumedCapacity": capacity }).to_string())
    }

    fn check(&mut self, request: &Value) -> Write {
        let key = |name: &str| {
            Scalar::of(&request["Item"][name]).or_else(|| Scalar::of(&request["Key"][name])).unwrap()
        };
        let (pk, sk) = (key("pk"), key("sk"));
        let old = self.partition(request, pk.clone()).items.get(&sk);
        let fields = old.map(|old| &old.fields);
        let holds = condition(request, "ConditionExpression").is_none_or(|condition| condition.holds(fields));
        let new = new_item(request, fields).map(Stored::new);
        let written = new.as_ref().filter(|_| holds).map_or(0, |new| new.size);
        Write { pk, sk, units: write_units(old.map_or(0, |old| old.size).max(written)), new, holds }
    }

    fn pay(&mut self, request: &Value, write: &Write, times: u64) -> Result<(), Rejection> {
        let units = write.units * times;
        let is_admitted = self.partition(request, write.pk.clone()).writes.take(units);
        self.counts.admit(is_admitted)?;
        self.counts.write_units += units;
        self.counts.failed_writes += u64::from(!write.holds);
        write.holds.then_some(()).ok_or(Rejection::ConditionFailed)
    }

    fn make(&mut self, request: &Value, write: Write) {
        let items = &mut self.partition(request, write.pk).items;
        match write.new {
            Some(new) => drop(items.insert(write.sk, new)),
            None => drop(items.remove(&write.sk)),
        }
    }
}

/// The item of a put, or that of an update. None for a delete.
fn new_item(request: &Value, old: Option<&Item>) -> Option<Item> {
    if let Some(item) = request["Item"].as_object() {
        return Some(item.clone());
    }
    let changes = sets(request)?;
    let mut item = old.cloned().unwrap_or_else(|| request["Key"].as_object().unwrap().clone());
    item.extend(changes);
    Some(item)
}
