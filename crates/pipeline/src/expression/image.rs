//! A map that converts its values for CEL one by one, when an expression reads them.

use std::borrow::Cow;
use std::sync::OnceLock;

use cel::ExecutionError;
use cel::common::ast::operators;
use cel::common::traits::{Container, Indexer, Iterable, Iterator, Sizer};
use cel::common::types::{CelBool, CelInt, CelList, CelNull, CelString, MAP_TYPE, Type};
use cel::common::value::{CowVal, Val};
use tablecast_values::value::{self, Fields, Value};

use super::decimal;

/// An image, or another map of a scope.
#[derive(Debug)]
pub struct Image<'x> {
    fields: &'x Fields<'x>,
    /// Filled when an expression iterates over the names.
    names: OnceLock<Vec<CelString<'x>>>,
}

impl<'x> Image<'x> {
    pub fn new(fields: &'x Fields<'x>) -> Self {
        Self { fields, names: OnceLock::new() }
    }

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

/// Converts a value for CEL.
pub fn convert<'x>(value: &'x Value<'x>) -> Box<dyn Val + 'x> {
    match value {
        Value::Null => Box::new(CelNull),
        Value::Bool(value) => Box::new(CelBool::from(*value)),
        Value::Number(text) => decimal::number(text),
        Value::String(text) => Box::new(CelString::from(text.as_ref())),
        Value::List(values) => Box::new(CelList::from(values.iter().map(convert).collect::<Vec<_>>())),
        Value::Map(fields) => Box::new(Image::new(fields)),
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

    /// Compares with any map, attribute by attribute.
    fn equals(&self, other: &dyn Val) -> bool {
        let (Some(size), Some(indexer)) = (other.as_sizer(), other.as_indexer()) else { return false };
        let same = |(name, value): &(Cow<'_, str>, Value<'_>)| {
            let theirs = indexer.get(&CelString::from(name.as_ref()));
            theirs.is_ok_and(|theirs| convert(value).equals(theirs.as_ref()))
        };
        *size.size().inner() == self.fields.len() as i64 && self.fields.iter().all(same)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(Image::new(self.fields))
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
