use serde_json::{Map, Value as Json, json};

use super::path::SchemaPath;
use super::type_name::pascal_case;
use super::unsupported::Unsupported;
use crate::schema::Resolver;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    Four,
    Seven,
}

/// Converted schemas in one document, which refer to each other by name.
#[derive(Debug)]
pub struct Definitions<'d> {
    resolver: &'d Resolver<'d>,
    pub(super) draft: Draft,
    /// The pointer to the definitions in the document: `#/definitions/`.
    prefix: &'static str,
    definitions: Vec<Definition<'d>>,
    unsupported: Vec<Unsupported<'d>>,
}

#[derive(Debug)]
struct Definition<'d> {
    original: &'d Json,
    name: String,
    schema: Json,
}

impl<'d> Definitions<'d> {
    pub fn new(resolver: &'d Resolver<'d>, draft: Draft, prefix: &'static str) -> Self {
        Self { resolver, draft, prefix, definitions: Vec::new(), unsupported: Vec::new() }
    }

    /// Adds the schema of an event's data. Returns a reference to it.
    pub fn data(&mut self, file: &'d Json) -> Json {
        self.define(SchemaPath::root(file))
    }

    /// Returns all definitions in the order in which they were added, or all unsupported keywords.
    pub fn finish(self) -> Result<Map<String, Json>, Vec<Unsupported<'d>>> {
        let members = self.definitions.into_iter().map(|it| (it.name, it.schema));
        match self.unsupported.is_empty() {
            true => Ok(members.collect()),
            false => Err(self.unsupported),
        }
    }

    /// Converts a schema once. Returns a reference to its definition.
    fn define(&mut self, at: SchemaPath<'d>) -> Json {
        let original = at.subschema.schema;
        let known = self.definitions.iter().find(|it| std::ptr::eq(it.original, original));
        let name = known.map(|known| known.name.clone()).unwrap_or_else(|| {
            let (index, name) = (self.definitions.len(), self.free_name(&at));
            // The name stands here first, because the schema may refer to itself.
            self.definitions.push(Definition { original, name: name.clone(), schema: Json::Null });
            self.definitions[index].schema = self.schema(at);
            name
        });
        json!({ "$ref": format!("{}{name}", self.prefix) })
    }

    fn free_name(&self, at: &SchemaPath<'_>) -> String {
        let file = at.subschema.file["$id"].as_str().and_then(|id| id.rsplit('/').next());
        let event_type = file.and_then(|file| file.strip_suffix(".json")).unwrap_or_default();
        let segment = at.path.rsplit('/').next().unwrap_or_default();
        let name = format!("{}Data{}", pascal_case(event_type), pascal_case(segment));
        let is_free = |name: &String| self.definitions.iter().all(|it| it.name != *name);
        let numbered = (2..).map(|number| format!("{name}{number}"));
        std::iter::once(name.clone()).chain(numbered).find(is_free).unwrap_or(name)
    }

    /// Converts a `$ref`.
    pub(super) fn reference(&mut self, reference: &str, at: &SchemaPath<'d>) -> Json {
        match self.resolver.resolve(at.subschema.file, reference) {
            Some(subschema) => {
                let pointer = reference.split_once('#').map_or("", |(_, pointer)| pointer);
                self.define(SchemaPath { subschema, path: pointer.to_owned() })
            }
            None => self.refuse(
                at,
                "$ref",
                "cannot be resolved; use `#`, a JSON pointer, or a schema file of this folder",
            ),
        }
    }

    /// Records an unsupported keyword. Returns a schema for its place, so that the conversion finds the
    /// others too.
    pub(super) fn refuse(&mut self, at: &SchemaPath<'d>, keyword: &str, reason: &str) -> Json {
        let SchemaPath { subschema, path } = at.child(keyword, at.subschema.schema);
        let unsupported = Unsupported { file: subschema.file, path, reason: reason.to_owned() };
        if !self.unsupported.contains(&unsupported) {
            self.unsupported.push(unsupported);
        }
        json!({})
    }
}
