//! Converts values to CEL's and back.

use cel::common::traits::{Indexer, Iterable};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelNull, CelOptional, CelString, CelUInt,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use tablecast_values::value::{Fields, Value};

use super::Scope;
use super::budget::Budget;
use super::decimal::Decimal;
use super::image::convert;
use super::json;

impl<'s> Scope<'s> {
    pub fn get(&self, name: &str) -> Option<&'s Value<'s>> {
        self.0.iter().find(|(root, _)| *root == name).map(|(_, value)| *value)
    }
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        self.get(name).map(|value| CowVal::Owned(convert(value)))
    }
}

/// Converts the result of an expression to JSON. `None` for an empty optional.
pub fn read(value: &CowVal<'_, '_>, budget: &Budget) -> Result<Option<Value<'static>>, String> {
    match value.downcast_ref::<CelOptional>() {
        Some(optional) => optional.option().map(|value| to_json(value, budget)).transpose(),
        None => to_json(value.as_ref(), budget).map(Some),
    }
}

fn to_json(value: &dyn Val, budget: &Budget) -> Result<Value<'static>, String> {
    budget.spend("[],".len())?;
    if let Some(text) = value.downcast_ref::<CelString>() {
        return budget.text(text.inner()).map(Value::String);
    }
    if let Some(list) = value.downcast_ref::<CelList>() {
        let values = list.inner().iter().map(|value| to_json(value.as_ref(), budget));
        return values.collect::<Result<_, _>>().map(Value::List);
    }
    if let (Some(names), Some(values)) = (value.as_iterable(), value.as_indexer()) {
        return object(names, values, budget).map(|fields| in_order(value, fields));
    }
    scalar(value).ok_or_else(|| json::reason(value.get_type().name()))
}

fn scalar(value: &dyn Val) -> Option<Value<'static>> {
    let number = |text: String| Value::number(text.into());
    if let Some(truth) = value.downcast_ref::<CelBool>() {
        return Some(Value::Bool(*truth.inner()));
    }
    if let Some(int) = value.downcast_ref::<CelInt>() {
        return number(int.inner().to_string());
    }
    if let Some(uint) = value.downcast_ref::<CelUInt>() {
        return number(uint.inner().to_string());
    }
    if let Some(double) = value.downcast_ref::<CelDouble>() {
        return number(double.inner().to_string());
    }
    if let Some(Decimal(text)) = value.downcast_ref::<Decimal>() {
        return number(text.clone());
    }
    value.downcast_ref::<CelNull>().map(|_| Value::Null)
}

fn object(names: &dyn Iterable, values: &dyn Indexer, budget: &Budget) -> Result<Fields<'static>, String> {
    let mut fields = Vec::new();
    let mut names = names.iter();
    while let Some(name) = names.next() {
        let text = name.downcast_ref::<CelString>().ok_or("an object's key is not a string")?;
        let value = values.get(name).map_err(|_| "an object's value is missing")?;
        fields.push((budget.text(text.inner())?, to_json(value.as_ref(), budget)?));
    }
    Ok(fields)
}

/// Sorts the fields of CEL's own maps, which have no order, so that the same record gives the same bytes.
fn in_order(value: &dyn Val, mut fields: Fields<'static>) -> Value<'static> {
    if value.downcast_ref::<CelMap>().is_some() {
        fields.sort_by(|(left, _), (right, _)| left.cmp(right));
    }
    Value::Map(fields)
}
