//! Our schemas in the words of older drafts, for readers who know no others: EventBridge's registry (draft 4) and
//! AsyncAPI (draft 7). An event is valid for the one if and only if it is for the other; what the older words cannot say
//! is told, never left out.
//!
//! One difference is draft 4's own: to it `1.0` is no integer. Formats that it does not know, validators pass over.

mod members;

use serde_json::{Map, Value as Json, json};

use crate::schema::{Library, Node};
use members::Members;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_values::pointer::escaped;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    Four,
    Seven,
}

/// Schemas that refer to one another by name, in one document.
#[derive(Debug)]
pub struct Definitions<'d> {
    library: &'d Library<'d>,
    draft: Draft,
    /// Where they are in the document: `#/definitions/`.
    place: &'static str,
    found: Vec<Definition<'d>>,
    unsayable: Vec<Unsayable<'d>>,
}

#[derive(Debug)]
struct Definition<'d> {
    of: &'d Json,
    name: String,
    schema: Json,
}

/// What the draft has no words for.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsayable<'d> {
    pub file: &'d Json,
    /// In the file: `/properties/total/unevaluatedItems`.
    pub path: String,
    pub reason: String,
}

impl Unsayable<'_> {
    /// In its file, which is one of these.
    pub fn problem(self, sources: &[Source]) -> Problem {
        let name = self.file["$id"].as_str().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
        let source = sources.iter().find(|source| name.strip_suffix(".json") == Some(&source.name));
        Problem::new(Rule::SchemaRegistry, source.map_or(name, |source| &source.file), self.path, self.reason)
    }
}

/// A schema, and its path in its file.
#[derive(Debug, Clone)]
struct At<'d> {
    node: Node<'d>,
    path: String,
}

impl<'d> At<'d> {
    fn below(&self, step: &str, schema: &'d Json) -> Self {
        At { node: Node { schema, ..self.node }, path: format!("{}/{}", self.path, escaped(step)) }
    }
}

impl<'d> Definitions<'d> {
    pub fn new(library: &'d Library<'d>, draft: Draft, place: &'static str) -> Self {
        Self { library, draft, place, found: Vec::new(), unsayable: Vec::new() }
    }

    /// The data of an event, as a reference to its definition.
    pub fn data(&mut self, file: &'d Json) -> Json {
        self.define(At { node: Node { file, schema: file }, path: String::new() })
    }

    /// All of them by their names, in their order.
    pub fn finish(self) -> Result<Map<String, Json>, Vec<Unsayable<'d>>> {
        match self.unsayable.is_empty() {
            true => Ok(self.found.into_iter().map(|found| (found.name, found.schema)).collect()),
            false => Err(self.unsayable),
        }
    }

    fn define(&mut self, at: At<'d>) -> Json {
        let known = self.found.iter().find(|found| std::ptr::eq(found.of, at.node.schema));
        let name = known.map(|found| found.name.clone());
        let name = name.unwrap_or_else(|| {
            let (index, name) = (self.found.len(), self.free_name(&at));
            self.found.push(Definition { of: at.node.schema, name: name.clone(), schema: Json::Null });
            self.found[index].schema = self.schema(at);
            name
        });
        json!({ "$ref": format!("{}{name}", self.place) })
    }

    fn free_name(&self, at: &At<'_>) -> String {
        let file = at.node.file["$id"].as_str().and_then(|id| id.rsplit('/').next());
        let event_type = file.and_then(|file| file.strip_suffix(".json")).unwrap_or_default();
        let own = at.path.rsplit('/').next().unwrap_or_default();
        let name = format!("{}Data{}", pascal_case(event_type), pascal_case(own));
        let is_free = |name: &String| self.found.iter().all(|found| found.name != *name);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
    }

    fn schema(&mut self, at: At<'d>) -> Json {
        match at.node.schema {
            Json::Bool(true) => json!({}),
            Json::Bool(false) => json!({"not": {}}),
            schema => Members::of(schema).map_or_else(|| json!({}), |members| self.members(members, &at)),
        }
    }

    fn refer(&mut self, reference: &str, at: &At<'d>) -> Json {
        match self.library.find(at.node.file, reference) {
            Some((file, schema)) => {
                let pointer = reference.split_once('#').map_or("", |(_, pointer)| pointer);
                self.define(At { node: Node { file, schema }, path: pointer.to_owned() })
            }
            None => {
                self.cannot(at, "$ref", "cannot be followed: only `#`, JSON pointers and the files here can")
            }
        }
    }

    /// Returns what stands in its place, so that all that is wrong is found at once.
    fn cannot(&mut self, at: &At<'d>, keyword: &str, reason: &str) -> Json {
        let At { node, path } = at.below(keyword, at.node.schema);
        let unsayable = Unsayable { file: node.file, path, reason: reason.to_owned() };
        if !self.unsayable.contains(&unsayable) {
            self.unsayable.push(unsayable);
        }
        json!({})
    }
}

/// `order.status-changed.v1` as programs name types: `OrderStatusChangedV1`.
pub fn pascal_case(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    words.filter_map(capital).collect()
}

#[cfg(test)]
mod tests;
