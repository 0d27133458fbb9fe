//! Event schemas in JSON Schema 2020-12, one file for each event type.
//!
//! # Layout
//! - `keyword`: the keywords of JSON Schema 2020-12
//! - `repeated`: names that occur twice; `references`: a `$ref` that leads nowhere
//! - `shape`: values that a keyword cannot have
//! - `pattern`: patterns in ECMA-262 syntax; `translate`: translates them for the server
//! - `format`: the formats that server and clients check
//! - `instance`: lets `jsonschema` read values without a copy; `distinct`: compares the elements of a list
//! - `violation`: describes why data breaks a schema

mod distinct;
mod format;
mod instance;
mod keyword;
mod pattern;
mod references;
mod repeated;
mod shape;
mod translate;
mod violation;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, PatternOptions, Retrieve, Uri, ValidationError, Validator};
use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_protocol::event_type::is_event_type;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use instance::Borrowed;
pub use keyword::Keyword;
use references::Files;
pub use references::absolute;
pub use shape::property_name_mistake;
use translate::translated;

/// The files of `schemas/`, by event type.
#[derive(Debug, Default)]
pub struct Schemas(BTreeMap<String, Schema>);

#[derive(Debug)]
pub struct Schema {
    /// The `$id`, an absolute URL, which is an event's `dataschema`.
    pub id: String,
    pub document: Json,
    /// All files of the folder, to which a `$ref` can lead.
    files: Arc<Files>,
    validator: Validator<Borrowed>,
}

impl Schemas {
    pub fn compile(files: &[DefinitionFile]) -> Result<Self, Vec<Problem>> {
        let (schemas, problems) = Self::read(files);
        if problems.is_empty() { Ok(schemas) } else { Err(problems) }
    }

    /// Returns the schemas that compile, and the problems of the others.
    pub fn read(files: &[DefinitionFile]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let parsed =
            files.iter().filter_map(|file| keep(parse(file), &mut problems).map(|json| (file, json)));
        let parsed: Vec<(&DefinitionFile, Json)> = parsed.collect();
        let known = parsed.iter().filter_map(|(_, json)| Some((id(json)?.to_owned(), translated(json))));
        let known = Known(Arc::new(known.collect()));
        let mut schemas = BTreeMap::new();
        for (file, document) in parsed {
            match compile(file, document, &known) {
                Ok(schema) => _ = schemas.insert(file.name.clone(), schema),
                Err(found) => problems.extend(found),
            }
        }
        (Self(schemas), problems)
    }

    pub fn get(&self, event_type: &str) -> Option<&Schema> {
        self.0.get(event_type)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Schema)> {
        self.0.iter().map(|(event_type, schema)| (event_type.as_str(), schema))
    }
}

impl Schema {
    /// The path under which the schema is published: its `$id` without scheme and host.
    pub fn path(&self) -> &str {
        path(&self.id).unwrap_or_default()
    }

    /// Validates `data`. The error has no values and no names of the data, because they can be secret.
    pub fn check(&self, data: &Value<'_>) -> Result<(), Located> {
        if self.validator.is_valid(data) {
            return Ok(());
        }
        let first = self.validator.iter_errors(data).next();
        Err(first.map_or_else(
            || Located::new("/", "is not valid"),
            |error| violation::describe(&error, data, self),
        ))
    }
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}

fn parse(file: &DefinitionFile) -> Result<Json, Problem> {
    let whole = |reason: String| Problem::new(Rule::SchemaFile, &file.file, "", reason);
    if file.text.starts_with('\u{feff}') {
        return Err(whole("begins with a byte order mark (BOM): save it as UTF-8 without one".into()).at(1));
    }
    let json: Json =
        serde_json::from_str(&file.text).map_err(|error| whole(error.to_string()).at(error.line() as u64))?;
    if let Some(repeated) = repeated::first(&file.text) {
        let reason = format!("{:?} occurs twice: keep one of them", repeated.name);
        return Err(Problem::new(Rule::SchemaFile, &file.file, repeated.path, reason).at(repeated.line));
    }
    if !is_event_type(&file.name) {
        let form = "lower-case words with a major version, at most 128 bytes, such as order.placed.v1.json";
        return Err(whole(format!("the file name must be the event type: {form}")));
    }
    if json["$schema"] != "https://json-schema.org/draft/2020-12/schema" {
        return Err(whole("$schema must be https://json-schema.org/draft/2020-12/schema".into()));
    }
    match id(&json) {
        Some(id) if id.ends_with(&format!("/{}.json", file.name)) && path(id).is_some() => Ok(json),
        _ => Err(whole(format!(
            "$id must be a URL of letters, digits and -._~ that ends in /{}.json",
            file.name
        ))),
    }
}

fn id(json: &Json) -> Option<&str> {
    json["$id"].as_str()
}

/// The path of an `$id`, under which the schema is published: `schemas/order.placed.v1.json`. It cannot leave
/// its folder.
fn path(id: &str) -> Option<&str> {
    let (_, path) = id.split_once("://")?.1.split_once('/')?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~".contains(letter);
    let is_segment = |segment: &str| !["", ".", ".."].contains(&segment) && segment.chars().all(plain);
    path.split('/').all(is_segment).then_some(path)
}

fn compile(file: &DefinitionFile, document: Json, known: &Known) -> Result<Schema, Vec<Problem>> {
    let problem = |path: String, reason: String| Problem::new(Rule::SchemaFile, &file.file, path, reason);
    let mut mistakes = shape::mistakes(&document);
    mistakes.extend(references::mistakes(&document, &known.0));
    if !mistakes.is_empty() {
        return Err(mistakes.into_iter().map(|(path, reason)| problem(path, reason)).collect());
    }
    let mut options = jsonschema::options_for::<Borrowed>()
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        // This engine takes linear time, so no value can make a pattern hang.
        .with_pattern_options(PatternOptions::regex())
        .with_retriever(known.clone());
    for (name, format) in format::all() {
        options = options.with_format(name, |text: &str| format.is_valid(text));
    }
    let validator = options
        .build(&translated(&document))
        .map_err(|error| vec![problem(error.instance_path().to_string(), obstacle(&error))])?;
    let id = id(&document).unwrap_or_default().to_owned();
    Ok(Schema { id, document, files: known.0.clone(), validator })
}

/// The syntax of each pattern was checked before, so that only its size can be wrong.
fn obstacle(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Format { format } if format == "regex" => {
            "is too large for the engine of the server: use smaller repetitions, or maxLength".to_owned()
        }
        _ => error.to_string(),
    }
}

/// The files of the folder by `$id`. A `$ref` can refer to nothing else.
#[derive(Debug, Clone)]
struct Known(Arc<Files>);

impl Retrieve for Known {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Json, Box<dyn Error + Send + Sync>> {
        let found = self.0.get(uri.as_str()).cloned();
        found.ok_or_else(|| format!("{uri} is not the $id of a file in this folder").into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(name: &str, text: &str) -> DefinitionFile {
        DefinitionFile { file: format!("schemas/{name}.json"), name: name.into(), text: text.into() }
    }

    fn schema(name: &str, body: Json) -> DefinitionFile {
        let mut document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": format!("https://tablecast.example/schemas/{name}.json"),
        });
        document.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        file(name, &document.to_string())
    }

    fn problem(file: DefinitionFile) -> String {
        Schemas::compile(&[file]).unwrap_err()[0].to_string()
    }

    #[test]
    fn data_is_validated_and_errors_have_no_values() {
        let body = json!({"required": ["total"], "properties": {
            "total": {"type": "string", "pattern": "^[0-9]+$"}, "at": {"format": "date-time"}}});
        let schemas = Schemas::compile(&[schema("order.placed.v1", body)]).unwrap();
        let check = |data: Json| schemas.get("order.placed.v1").unwrap().check(&Value::from(&data));
        assert_eq!(check(json!({"total": "12"})), Ok(()));
        let error = check(json!({"total": "secret"})).unwrap_err();
        assert_eq!(error.path, "/total");
        assert!(!error.reason.contains("secret"), "{}", error.reason);
        assert_eq!(check(json!({"total": "1", "at": "yesterday"})).unwrap_err().path, "/at");
    }

    #[test]
    fn an_error_has_the_pattern_of_the_file() {
        let body = json!({"properties": {"a": {"pattern": r"^(?<word>\bx\b)$"}}});
        let schemas = Schemas::compile(&[schema("order.placed.v1", body)]).unwrap();
        let data = json!({"a": "y"});
        let error = schemas.get("order.placed.v1").unwrap().check(&Value::from(&data)).unwrap_err();
        assert!(error.reason.ends_with(r#"does not match "^(?<word>\bx\b)$""#), "{}", error.reason);
    }

    #[test]
    fn a_format_in_another_file_is_checked_too() {
        let words = schema("words.v1", json!({"$defs": {"day": {"format": "time"}}}));
        let placed = schema("order.placed.v1", json!({"$ref": "words.v1.json#/$defs/day"}));
        let schemas = Schemas::compile(&[words, placed]).unwrap();
        // Other validators accept this leap second.
        let data = Value::String("22:59:60-01:00".into());
        assert!(schemas.get("order.placed.v1").unwrap().check(&data).is_err());
    }

    #[test]
    fn a_schema_can_refer_only_to_files_of_its_folder() {
        let to = |id: &str| json!({"$ref": id});
        let address = schema("address.moved.v1", json!({"type": "object"}));
        let user = schema("user.moved.v1", to("https://tablecast.example/schemas/address.moved.v1.json"));
        let schemas = Schemas::compile(&[address, user]).unwrap();
        assert!(schemas.get("user.moved.v1").unwrap().check(&Value::from(&json!(1))).is_err());
        for elsewhere in ["https://example.com/x.json", "file:///etc/passwd"] {
            let error = problem(schema("user.moved.v1", to(elsewhere)));
            assert!(error.contains("is not the $id of a file in this folder"), "{error}");
        }
    }

    #[test]
    fn a_bad_schema_file_is_refused_with_file_and_reason() {
        assert!(
            problem(file("order.placed.v1", "{\n  \"a\": }")).starts_with("schemas/order.placed.v1.json:2: ")
        );
        assert!(problem(file("order.placed.v1", "{}")).contains("$schema must be"));
        assert!(problem(schema("Order.v1", json!({}))).contains("the file name must be the event type"));
        let wrong = schema("order.placed.v1", json!({"type": "strin"}));
        assert!(problem(wrong).starts_with("schemas/order.placed.v1.json: /type: "));
        for id in [
            "https://tablecast.example/other.json",
            "order.placed.v1.json",
            "https://tablecast.example/../order.placed.v1.json",
            "https://tablecast.example/a//order.placed.v1.json",
            "https://tablecast.example/%2e%2e/order.placed.v1.json",
            "https://tablecast.example/?x=/order.placed.v1.json",
        ] {
            let text = problem(schema("order.placed.v1", json!({ "$id": id })));
            assert!(
                text.contains(
                    "$id must be a URL of letters, digits and -._~ that ends in /order.placed.v1.json"
                ),
                "{id}"
            );
        }
    }

    #[test]
    fn a_name_that_occurs_twice_is_refused_with_its_line() {
        let twice = "{\n  \"required\": [\"a\"],\n  \"required\": []\n}";
        let expected =
            "schemas/order.placed.v1.json:3: /required: \"required\" occurs twice: keep one of them";
        assert_eq!(problem(file("order.placed.v1", twice)), expected);
        let marked = problem(file("order.placed.v1", "\u{feff}{}"));
        assert!(
            marked.starts_with("schemas/order.placed.v1.json:1: begins with a byte order mark"),
            "{marked}"
        );
    }

    #[test]
    fn a_reference_can_begin_with_the_same_folder() {
        let address = schema("address.moved.v1", json!({"type": "object"}));
        let user = schema("user.moved.v1", json!({"$ref": "./address.moved.v1.json"}));
        let schemas = Schemas::compile(&[address, user]).unwrap();
        assert!(schemas.get("user.moved.v1").unwrap().check(&Value::from(&json!(1))).is_err());
        let lost = schema("user.moved.v1", json!({"properties": {"a": {"$ref": "#/$defs/a"}}}));
        let start = "schemas/user.moved.v1.json: /properties/a/$ref: leads nowhere";
        assert!(problem(lost).starts_with(start));
    }

    #[test]
    fn a_pattern_that_is_too_large_for_the_engine_is_refused_with_its_path() {
        let text = "is too large for the engine of the server: use smaller repetitions, or maxLength";
        for pattern in [r"\p{L}{1000}", r"^(?:\p{Lu}\p{Ll}{0,50} ){1,10}$"] {
            let large = json!({"properties": {"a": {"pattern": pattern}}});
            let expected = format!("schemas/order.placed.v1.json: /properties/a/pattern: {text}");
            assert_eq!(problem(schema("order.placed.v1", large)), expected);
            let name = json!({"patternProperties": {pattern: {}}});
            assert!(problem(schema("order.placed.v1", name)).ends_with(text));
        }
    }

    #[test]
    fn a_pattern_that_could_hang_is_refused() {
        let pattern = |pattern: &str| schema("order.placed.v1", json!({"pattern": pattern}));
        assert!(problem(pattern(r"^(?=a)b")).starts_with("schemas/order.placed.v1.json: /pattern: "));
        assert!(problem(pattern("^(a+)+$")).contains("(a+)+ makes JavaScript clients hang"));
        // The server's engine takes linear time also where others take polynomial time.
        let schemas = Schemas::compile(&[pattern("^a*a*a*$")]).unwrap();
        let data = Value::String(("a".repeat(50_000) + "!").into());
        assert_eq!(schemas.get("order.placed.v1").unwrap().check(&data).unwrap_err().path, "");
    }
}
