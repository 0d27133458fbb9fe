//! Between our values and CEL's. An image is not converted: its attributes are, one by one, when they are asked for.

use std::collections::HashMap;
use std::sync::OnceLock;

use cel::ExecutionError;
use cel::common::ast::operators;
use cel::common::traits::{Container, Indexer, Iterable, Iterator, Sizer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelOptional, CelString, CelUInt,
    MAP_TYPE, Type,
};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;

use super::Scope;
use super::decimal::{self, Decimal};
use crate::value::{self, Fields, Value};

pub const NOT_A_CONDITION: &str = "is neither true nor false";

impl<'s> Scope<'s> {
    pub fn get(&self, name: &str) -> Option<&'s Value<'s>> {
        self.0.iter().find(|(root, _)| *root == name).map(|(_, value)| *value)
    }
}

impl VariableResolver for Scope<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        Some(CowVal::Owned(match self.get(name)? {
            Value::Map(fields) => Box::new(Image { fields, names: OnceLock::new() }),
            value => convert(value),
        }))
    }
}

fn convert<'x>(value: &'x Value<'x>) -> Box<dyn Val + 'x> {
    match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(text) => decimal::number(text),
        Value::String(text) => Box::new(CelString::from(text.as_ref())),
        Value::List(values) => Box::new(CelList::from(values.iter().map(convert).collect::<Vec<_>>())),
        Value::Map(fields) => {
            let entries = fields.iter().map(|(name, value)| (CelMapKey::from(name.as_ref()), convert(value)));
            Box::new(CelMap::from(entries.collect::<HashMap<_, _>>()))
        }
    }
}

/// A value that an expression gave, as JSON; `None` for an empty optional.
pub fn read(value: &CowVal<'_, '_>) -> Result<Option<Value<'static>>, String> {
    match value.downcast_ref::<CelOptional>() {
        Some(optional) => optional.option().map(json).transpose(),
        None => json(value.as_ref()).map(Some),
    }
}

fn json(value: &dyn Val) -> Result<Value<'static>, String> {
    if let Some(text) = value.downcast_ref::<CelString>() {
        return Ok(Value::String(text.inner().to_owned().into()));
    }
    if let Some(list) = value.downcast_ref::<CelList>() {
        return list
            .inner()
            .iter()
            .map(|value| json(value.as_ref()))
            .collect::<Result<_, _>>()
            .map(Value::List);
    }
    if let Some(map) = value.downcast_ref::<CelMap>() {
        return object(map);
    }
    scalar(value).ok_or_else(|| {
        format!("a {} has no JSON form: use string() or a field of it", value.get_type().name())
    })
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

/// CEL's maps have no order; ours have their names', so that the same record gives the same bytes.
fn object(map: &CelMap<'_>) -> Result<Value<'static>, String> {
    let mut fields: Fields<'static> = Vec::with_capacity(map.inner().len());
    for (key, value) in map.inner() {
        let name = key.inner().downcast_ref::<CelString>().ok_or("an object's key is not a string")?;
        fields.push((name.inner().to_owned().into(), json(value.as_ref())?));
    }
    fields.sort_by(|(left, _), (right, _)| left.cmp(right));
    Ok(Value::Map(fields))
}

/// An image, or another map of a scope.
#[derive(Debug, Clone)]
struct Image<'x> {
    fields: &'x Fields<'x>,
    /// Made when an expression walks over the names.
    names: OnceLock<Vec<CelString<'x>>>,
}

impl<'x> Image<'x> {
    fn value(&self, name: &dyn Val) -> Result<Option<&'x Value<'x>>, ExecutionError> {
        match name.downcast_ref::<CelString>() {
            Some(name) => Ok(value::get(self.fields, name.inner())),
            None => Err(ExecutionError::no_such_overload(
                operators::INDEX,
                vec![name.get_type().name().to_owned()],
            )),
        }
    }
}

impl Val for Image<'_> {
    fn get_type(&self) -> &Type {
        &MAP_TYPE
    }

    fn cel_type() -> &'static Type {
        &MAP_TYPE
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        Some(self)
    }

    /// With another image as with a map: attribute by attribute.
    fn equals(&self, other: &dyn Val) -> bool {
        let (Some(size), Some(indexer)) = (other.as_sizer(), other.as_indexer()) else { return false };
        let same = |(name, value): &(std::borrow::Cow<'_, str>, Value<'_>)| {
            let theirs = indexer.get(&CelString::from(name.as_ref()));
            theirs.is_ok_and(|theirs| convert(value).equals(theirs.as_ref()))
        };
        *size.size().inner() == self.fields.len() as i64 && self.fields.iter().all(same)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }
}

impl Indexer for Image<'_> {
    fn get<'b, 'v>(&'b self, name: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        match self.value(name)? {
            Some(value) => Ok(CowVal::Owned(convert(value))),
            None => Err(ExecutionError::no_such_key(
                name.downcast_ref::<CelString>().map_or("", CelString::inner),
            )),
        }
    }

    fn steal<'v>(self: Box<Self>, name: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.get(name).map(CowVal::into_owned)
    }
}

impl Container for Image<'_> {
    fn contains(&self, name: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.value(name)?.is_some())
    }
}

impl Sizer for Image<'_> {
    fn size(&self) -> CelInt {
        CelInt::from(self.fields.len() as i64)
    }
}

impl Iterable for Image<'_> {
    fn iter<'b, 'v>(&'b self) -> Box<dyn Iterator<'b, 'v> + 'b>
    where
        Self: 'v,
    {
        let names = || self.fields.iter().map(|(name, _)| CelString::from(name.as_ref())).collect();
        Box::new(Names(self.names.get_or_init(names).iter()))
    }
}

struct Names<'b, 'x>(std::slice::Iter<'b, CelString<'x>>);

impl<'b, 'v, 'x: 'v> Iterator<'b, 'v> for Names<'b, 'x> {
    fn next(&mut self) -> Option<&'b (dyn Val + 'v)> {
        self.0.next().map(|name| name as &dyn Val)
    }
}
