//! A location in an event's data, with the subschemas that apply to it through `$ref`, `allOf` and
//! alternatives.
//!
//! # Layout
//! - `object`: properties, required properties and additional properties
//! - `array`: elements
//! - `value`: types, allowed values and other constraints

mod array;
mod object;
mod value;

use serde_json::Value as Json;

use super::resolver::Resolver;
use super::subschema::Subschema;

#[derive(Debug)]
pub struct Location<'d> {
    pub resolver: &'d Resolver<'d>,
    /// The subschemas here, before `$ref`, `allOf` and alternatives are followed.
    pub roots: Vec<Subschema<'d>>,
    /// Subschemas that every value must satisfy.
    certain: Vec<Subschema<'d>>,
    /// Subschemas of alternatives and conditions: a value need not satisfy all of them.
    possible: Vec<Subschema<'d>>,
}

impl<'d> Location<'d> {
    /// Returns the location of an event's whole data.
    pub fn root(resolver: &'d Resolver<'d>, file: &'d Json) -> Self {
        Self::new(resolver, &[Subschema::root(file)], &[])
    }

    fn new(resolver: &'d Resolver<'d>, certain: &[Subschema<'d>], possible: &[Subschema<'d>]) -> Self {
        let mut location =
            Self { resolver, roots: certain.to_vec(), certain: Vec::new(), possible: Vec::new() };
        certain.iter().for_each(|subschema| location.add(*subschema, true));
        possible.iter().for_each(|subschema| location.add(*subschema, false));
        location
    }

    fn add(&mut self, subschema: Subschema<'d>, is_certain: bool) {
        let is_known =
            |found: &[Subschema<'d>]| found.iter().any(|other| other.address() == subschema.address());
        if is_known(&self.certain) || (!is_certain && is_known(&self.possible)) {
            return;
        }
        if is_certain {
            self.certain.push(subschema)
        } else {
            self.possible.push(subschema)
        }
        let reference = subschema.get("$ref").and_then(Json::as_str);
        let target = reference.and_then(|reference| self.resolver.resolve(subschema.file, reference));
        target.into_iter().for_each(|target| self.add(target, is_certain));
        subschema.array("allOf").for_each(|part| self.add(part, is_certain));
        alternatives(subschema).for_each(|alternative| self.add(alternative, false));
    }

    /// Returns all subschemas that apply here. Those that every value must satisfy come first.
    pub fn subschemas(&self) -> impl Iterator<Item = Subschema<'d>> {
        self.certain.iter().chain(&self.possible).copied()
    }

    /// Returns a value that is equal for the same location of the same files.
    pub fn identity(&self) -> Vec<usize> {
        self.subschemas().map(Subschema::address).collect()
    }
}

fn alternatives(subschema: Subschema<'_>) -> impl Iterator<Item = Subschema<'_>> {
    let alternatives = ["anyOf", "oneOf"].into_iter().flat_map(move |keyword| subschema.array(keyword));
    let conditional = ["then", "else"].into_iter().filter_map(move |keyword| subschema.child(keyword));
    let dependent =
        ["dependentSchemas", "dependencies"].into_iter().flat_map(move |name| subschema.map(name));
    let dependent = dependent.map(|(_, dependent)| dependent);
    alternatives.chain(conditional).chain(dependent)
}
