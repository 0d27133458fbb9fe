use serde_json::{Value as Json, json};

use crate::schema::{ContentModel, Location, Resolver, Subschema};

/// The reason why a schema cannot be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotComparable(pub String);

/// The location whose object gets no other properties than those with a name. `None` for a reader's document,
/// and where the location of a subschema is not certain.
pub type ClosedLocation<'l, 'd> = Option<&'l Location<'d>>;

pub struct Builder<'d> {
    resolver: &'d Resolver<'d>,
    definitions: Vec<Definition>,
}

/// The target of a `$ref`.
struct Definition {
    key: DefinitionKey,
    name: String,
    schema: Json,
}

/// Identifies a definition. One schema can have several, because other schemas apply beside it at other
/// locations.
#[derive(Clone, PartialEq, Eq)]
struct DefinitionKey {
    target: usize,
    closed: Option<Vec<usize>>,
}

impl<'d> Builder<'d> {
    pub fn new(resolver: &'d Resolver<'d>) -> Self {
        Self { resolver, definitions: Vec::new() }
    }

    pub fn finish(self) -> impl Iterator<Item = (String, Json)> {
        self.definitions.into_iter().map(|definition| (definition.name, definition.schema))
    }

    pub fn location(&mut self, location: &Location<'d>, is_closed: bool) -> Result<Json, NotComparable> {
        let closed = is_closed.then_some(location);
        let roots =
            location.roots.iter().map(|root| self.schema(*root, closed)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "allOf": ([roots, property_names(closed)].concat()) }))
    }

    /// Returns a reference to the definition of a `$ref`'s target.
    pub(super) fn reference(
        &mut self,
        subschema: Subschema<'d>,
        value: &Json,
        closed: ClosedLocation<'_, 'd>,
    ) -> Result<Json, NotComparable> {
        let reference = value.as_str().unwrap_or_default();
        let target = self.resolver.resolve(subschema.file, reference);
        let target = target.ok_or_else(|| NotComparable(format!("$ref {reference} points to no schema")))?;
        let key = DefinitionKey { target: target.address(), closed: closed.map(Location::identity) };
        if let Some(known) = self.definitions.iter().find(|known| known.key == key) {
            return Ok(pointer(&known.name));
        }
        let (index, name) = (self.definitions.len(), format!("d{}", self.definitions.len()));
        self.definitions.push(Definition { key, name: name.clone(), schema: Json::Null });
        self.definitions[index].schema = self.schema(target, closed)?;
        Ok(pointer(&name))
    }
}

fn pointer(name: &str) -> Json {
    format!("#/$defs/{name}").into()
}

/// Returns a schema that forbids other properties than those with a name, unless the location allows
/// additional ones.
pub(super) fn property_names(closed: ClosedLocation<'_, '_>) -> Vec<Json> {
    match closed {
        Some(location) if location.content_model() != ContentModel::Open => {
            vec![json!({"propertyNames": {"enum": location.property_names()}})]
        }
        _ => Vec::new(),
    }
}
