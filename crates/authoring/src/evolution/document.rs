//! A schema as one document, without notes, and with whatever it refers to.

use serde_json::{Map, Value as Json, json};

use crate::schema::{Keyword, Library, Node, Place, Rest, keyword};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What a reader accepts: properties that it does not know are no matter.
    Reader,
    /// What a pipe may give: no property without a name, where the schema does not speak of others.
    Pipe,
}

/// Why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear(pub String);

/// All that is said of one place.
pub fn of(place: &Place<'_>, side: Side) -> Result<Json, Unclear> {
    let mut document = Document { library: place.library, definitions: Vec::new() };
    let whole = document.place(place, side)?;
    let definitions = document.definitions.into_iter().map(|definition| (definition.name, definition.schema));
    Ok(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [whole],
        "$defs": definitions.collect::<Map<_, _>>(),
    }))
}

struct Document<'d> {
    library: &'d Library<'d>,
    definitions: Vec<Definition>,
}

/// What a `$ref` names. At another place the same schema may be another, because there it meets other schemas.
struct Definition {
    of: Key,
    name: String,
    schema: Json,
}

#[derive(Clone, PartialEq, Eq)]
struct Key {
    target: usize,
    place: Option<Vec<usize>>,
}

fn address(schema: &Json) -> usize {
    std::ptr::from_ref(schema) as usize
}

/// Where a schema stands: the place for whose members pipes give only named ones, or none, where that cannot be said.
type Within<'p, 'd> = Option<&'p Place<'d>>;

impl<'d> Document<'d> {
    fn place(&mut self, place: &Place<'d>, side: Side) -> Result<Json, Unclear> {
        let within = (side == Side::Pipe).then_some(place);
        let roots =
            place.roots.iter().map(|root| self.schema(*root, within)).collect::<Result<Vec<_>, _>>()?;
        Ok(json!({ "allOf": ([roots, names(within)].concat()) }))
    }

    /// A schema that applies at the place itself.
    fn schema(&mut self, node: Node<'d>, within: Within<'_, 'd>) -> Result<Json, Unclear> {
        let Some(members) = node.schema.as_object() else { return Ok(node.schema.clone()) };
        let mut rewritten = Map::new();
        for (name, value) in members {
            if let Some(value) = self.keyword(name, value, node, within)? {
                rewritten.insert(name.clone(), value);
            }
        }
        shorten(&mut rewritten);
        Ok(Json::Object(rewritten))
    }

    /// What a keyword says in the document; nothing for notes.
    fn keyword(
        &mut self,
        name: &str,
        value: &'d Json,
        node: Node<'d>,
        within: Within<'_, 'd>,
    ) -> Result<Option<Json>, Unclear> {
        let at = Node { schema: value, ..node };
        let is_root = std::ptr::eq(node.file, node.schema);
        let rewritten = match (name, keyword(name)) {
            ("$id" | "$schema", _) if is_root => return Ok(None),
            ("$defs", _) | (_, Some(Keyword::Note) | None) => return Ok(None),
            ("$ref", _) => self.reference(node, value, within),
            ("$id" | "$schema" | "$anchor" | "$vocabulary" | "$dynamicRef" | "$dynamicAnchor", _) => {
                Err(Unclear(format!("{name} is not understood")))
            }
            (_, Some(Keyword::Rule)) => Ok(value.clone()),
            ("properties", _) => self.properties(at, within),
            ("dependentSchemas", _) => self.each(at, within),
            (_, Some(Keyword::Named)) => self.each(at, None),
            ("prefixItems", _) => self.list(at, None),
            (_, Some(Keyword::Schemas)) => self.list(at, within),
            ("then" | "else", _) => self.schema(at, within),
            ("items", _) if node.schema.get("prefixItems").is_none() => {
                self.below(at, within.map(Place::element))
            }
            ("additionalProperties", _) => self.below(at, within.and_then(Place::others)),
            (_, Some(Keyword::Schema)) => self.schema(at, None),
        };
        rewritten.map(Some)
    }

    /// A schema that applies to a member of what stands at the place.
    fn below(&mut self, node: Node<'d>, place: Option<Place<'d>>) -> Result<Json, Unclear> {
        let schema = self.schema(node, place.as_ref())?;
        match names(place.as_ref())[..] {
            [] => Ok(schema),
            ref names => Ok(json!({ "allOf": ([&[schema], names].concat()) })),
        }
    }

    fn properties(&mut self, node: Node<'d>, within: Within<'_, 'd>) -> Result<Json, Unclear> {
        let members = node.schema.as_object().into_iter().flatten();
        let property = |(name, schema): (&String, &'d Json)| {
            let place = within.map(|place| place.property(name));
            Ok((name.clone(), self.below(Node { schema, ..node }, place)?))
        };
        members.map(property).collect::<Result<Map<_, _>, _>>().map(Json::Object)
    }

    fn each(&mut self, node: Node<'d>, within: Within<'_, 'd>) -> Result<Json, Unclear> {
        let members = node.schema.as_object().into_iter().flatten();
        let member = |(name, schema): (&String, &'d Json)| {
            Ok((name.clone(), self.schema(Node { schema, ..node }, within)?))
        };
        members.map(member).collect::<Result<Map<_, _>, _>>().map(Json::Object)
    }

    fn list(&mut self, node: Node<'d>, within: Within<'_, 'd>) -> Result<Json, Unclear> {
        let elements = node.schema.as_array().into_iter().flatten();
        let rewritten = elements.map(|schema| self.schema(Node { schema, ..node }, within));
        rewritten.collect::<Result<Vec<_>, _>>().map(Json::Array)
    }

    fn reference(&mut self, node: Node<'d>, value: &Json, within: Within<'_, 'd>) -> Result<Json, Unclear> {
        let reference = value.as_str().unwrap_or_default();
        let found = self.library.find(node.file, reference);
        let (file, schema) = found.ok_or_else(|| Unclear(format!("$ref {reference} leads nowhere")))?;
        let place = within.map(Place::id);
        let of = Key { target: address(schema), place };
        if let Some(known) = self.definitions.iter().find(|known| known.of == of) {
            return Ok(pointer(&known.name));
        }
        let (at, name) = (self.definitions.len(), format!("d{}", self.definitions.len()));
        self.definitions.push(Definition { of, name: name.clone(), schema: Json::Null });
        self.definitions[at].schema = self.schema(Node { file, schema }, within)?;
        Ok(pointer(&name))
    }
}

/// A property that is described as the others are needs no mention: so it is the same with it and without.
fn shorten(schema: &mut Map<String, Json>) {
    let others =
        schema.get("additionalProperties").filter(|_| !schema.contains_key("patternProperties")).cloned();
    if let (Some(others), Some(Json::Object(properties))) = (others, schema.get_mut("properties")) {
        properties.retain(|_, property| *property != others);
    }
}

fn pointer(name: &str) -> Json {
    format!("#/$defs/{name}").into()
}

/// That there are no other properties than the named ones, where that is so.
fn names(within: Within<'_, '_>) -> Vec<Json> {
    match within {
        Some(place) if place.rest() != Rest::Open => {
            vec![json!({"propertyNames": {"enum": place.names()}})]
        }
        _ => Vec::new(),
    }
}
