//! What the gate lets through is tried with thousands of schemas, changes and events that nobody has chosen.

use std::cell::Cell;

use jsonschema::{Draft, PatternOptions, Validator};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::tests::{found, source};
use crate::schema::{Library, Place, Rest};

const NAMES: [&str; 4] = ["a", "b", "ab", "c"];

/// Chooses; the same seed gives the same choices.
struct Dice(Cell<u64>);

impl Dice {
    fn roll(&self, sides: usize) -> usize {
        self.0.set(
            self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407),
        );
        (self.0.get() >> 33) as usize % sides
    }

    fn of<'o, T>(&self, options: &'o [T]) -> &'o T {
        &options[self.roll(options.len())]
    }

    fn leaf(&self) -> Json {
        let leaves = [
            json!({"type": "string"}),
            json!({"type": "integer"}),
            json!({"type": "number", "minimum": 1}),
            json!({"type": ["string", "null"]}),
            json!({"enum": ["a", 1, null]}),
            json!({"const": "a"}),
            json!({"const": {"a": 1}}),
            json!({"type": "string", "minLength": 1, "pattern": "^a"}),
            json!({"not": {"type": "string"}}),
            json!({"type": "array"}),
            json!({"type": "object"}),
            json!({}),
            json!(true),
            json!(false),
        ];
        self.of(&leaves).clone()
    }

    fn schema(&self, depth: usize) -> Json {
        if depth == 0 {
            return self.leaf();
        }
        match self.roll(8) {
            0 => self.leaf(),
            1 => json!({"type": "array", "items": self.schema(depth - 1)}),
            2 => {
                json!({*self.of(&["anyOf", "oneOf", "allOf"]): [self.schema(depth - 1), self.schema(depth - 1)]})
            }
            3 => json!({"allOf": [self.object(depth), self.object(depth)]}),
            4 => json!({"$ref": "#/$defs/x"}),
            _ => self.object(depth),
        }
    }

    fn object(&self, depth: usize) -> Json {
        let mut schema = json!({"type": "object", "properties": {}});
        for _ in 0..self.roll(4) {
            schema["properties"][*self.of(&NAMES)] = self.schema(depth - 1);
        }
        match self.roll(8) {
            0 => schema["additionalProperties"] = self.leaf(),
            1 => schema["required"] = json!([self.of(&NAMES)]),
            2 => schema["patternProperties"] = json!({"^a": self.leaf()}),
            3 => schema["maxProperties"] = json!(2),
            _ => {}
        }
        schema
    }

    fn document(&self) -> Json {
        let mut schema = self.object(3);
        schema["$defs"] = json!({"x": self.object(2)});
        // A definition that needs itself is another matter.
        schema["$defs"]["x"] = without_references(&schema["$defs"]["x"]);
        schema
    }

    /// One change, somewhere.
    fn change(&self, schema: &Json) -> Json {
        let mut changed = schema.clone();
        let mut places = Vec::new();
        pointers(&changed, String::new(), &mut places);
        let chosen: &String = self.of(&places);
        let Some(place) = changed.pointer_mut(chosen).and_then(Json::as_object_mut) else {
            return changed;
        };
        let name = *self.of(&NAMES);
        match self.roll(15) {
            0..4 => {
                let properties = place.entry("properties").or_insert_with(|| json!({}));
                properties[name] = self.schema(1);
            }
            4 => _ = place.remove("required"),
            5 => _ = place.insert("required".into(), json!([name])),
            6 => _ = place.insert("additionalProperties".into(), self.leaf()),
            7 => _ = place.remove("additionalProperties"),
            8 => _ = place.insert("patternProperties".into(), json!({"^b": self.leaf()})),
            9 => _ = place.insert("allOf".into(), json!([self.schema(1)])),
            10 => _ = place.insert("minLength".into(), json!(0)),
            11 => _ = place.insert("maxProperties".into(), json!(self.roll(3))),
            12 => _ = place.remove("maxProperties"),
            13 => _ = place.insert("not".into(), json!({"required": [name]})),
            _ => {
                *place =
                    json!({"anyOf": [Json::Object(place.clone())]}).as_object().cloned().unwrap_or_default()
            }
        }
        changed
    }

    fn event(&self, depth: usize) -> Json {
        let leaves =
            [json!("a"), json!("b"), json!(""), json!(1), json!(0), json!(1.5), json!(null), json!(true)];
        match self.roll(if depth == 0 { 1 } else { 4 }) {
            0 => self.of(&leaves).clone(),
            1 => (0..self.roll(3)).map(|_| self.event(depth - 1)).collect(),
            _ => Json::Object(
                (0..self.roll(4)).map(|_| ((*self.of(&NAMES)).to_owned(), self.event(depth - 1))).collect(),
            ),
        }
    }

    /// An event that is more or less as the schema says.
    fn like(&self, place: &Place<'_>, depth: usize) -> Json {
        let typed = |names: &[&str]| names.iter().any(|name| place.allows(name));
        if depth == 0 || self.roll(8) == 0 {
            return self.event(1);
        }
        if let Some(values) = place.values() {
            return values.get(self.roll(values.len().max(1))).map_or(Json::Null, |value| (*value).clone());
        }
        match typed(&["object"]) && (!place.names().is_empty() || self.roll(2) == 0) {
            true => {
                let required = place.required();
                let given = |name: &&str| required.contains(*name) || self.roll(3) > 0;
                let names = place
                    .names()
                    .into_iter()
                    .chain(required.iter().copied())
                    .chain(NAMES.into_iter().filter(|_| self.roll(6) == 0));
                let names: Vec<&str> = names.filter(given).collect();
                Json::Object(
                    names
                        .into_iter()
                        .map(|name| (name.to_owned(), self.like(&place.property(name), depth - 1)))
                        .collect(),
                )
            }
            false if typed(&["array"]) && place.has_elements() => {
                (0..self.roll(3)).map(|_| self.like(&place.element(), depth - 1)).collect()
            }
            false => self.event(1),
        }
    }
}

fn without_references(schema: &Json) -> Json {
    match schema {
        Json::Object(members) if members.contains_key("$ref") => json!({"type": "string"}),
        Json::Object(members) => Json::Object(
            members.iter().map(|(name, schema)| (name.clone(), without_references(schema))).collect(),
        ),
        Json::Array(schemas) => schemas.iter().map(without_references).collect(),
        other => other.clone(),
    }
}

/// The places of all schemas that are objects.
fn pointers(schema: &Json, path: String, found: &mut Vec<String>) {
    let Some(members) = schema.as_object() else { return };
    for (name, value) in members {
        match name.as_str() {
            "properties" | "patternProperties" | "$defs" => {
                value.as_object().into_iter().flatten().for_each(|(member, schema)| {
                    pointers(schema, format!("{path}/{name}/{member}"), found);
                })
            }
            "allOf" | "anyOf" | "oneOf" => {
                value.as_array().into_iter().flatten().enumerate().for_each(|(at, schema)| {
                    pointers(schema, format!("{path}/{name}/{at}"), found);
                })
            }
            "items" | "additionalProperties" => pointers(value, format!("{path}/{name}"), found),
            _ => {}
        }
    }
    found.push(path);
}

/// A schema as its readers and pipes have it.
struct Version {
    file: Json,
    reader: Validator,
}

impl Version {
    fn new(schema: &Json) -> Self {
        let file: Json = serde_json::from_str(&source("order.placed.v1", schema).text).unwrap();
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let reader = options.with_pattern_options(PatternOptions::regex()).build(&file).unwrap();
        Self { file, reader }
    }

    fn place<R>(&self, ask: impl FnOnce(&Place<'_>) -> R) -> R {
        let library = Library::new([&self.file]);
        ask(&library.root(&self.file))
    }

    /// Whether a pipe that passes the check may give this event.
    fn may_give(&self, event: &Json) -> bool {
        self.reader.is_valid(event) && self.place(|place| only_named(event, place))
    }
}

/// The rule `data-unnamed`, on an event.
fn only_named(event: &Json, place: &Place<'_>) -> bool {
    match event {
        Json::Object(members) => {
            members.iter().all(|(name, value)| match place.names().contains(name.as_str()) {
                true => only_named(value, &place.property(name)),
                false => {
                    place.rest() == Rest::Open
                        && place.others().is_none_or(|others| only_named(value, &others))
                }
            })
        }
        Json::Array(elements) => elements.iter().all(|element| only_named(element, &place.element())),
        _ => true,
    }
}

thread_local! {
    /// How often an event of one version was read by another: of the older by the newer, and the other way round.
    static READ: Cell<[usize; 2]> = const { Cell::new([0, 0]) };
}

fn fit(dice: &Dice, old: &Json, new: &Json) -> Result<(), TestCaseError> {
    let (old_version, new_version) = (Version::new(old), Version::new(new));
    for (giver, reader, at) in [(&old_version, &new_version, 0), (&new_version, &old_version, 1)] {
        for _ in 0..30 {
            let event = giver.place(|place| dice.like(place, 4));
            if giver.may_give(&event) {
                READ.with(|read| {
                    let mut counts = read.get();
                    counts[at] += 1;
                    read.set(counts);
                });
                prop_assert!(reader.reader.is_valid(&event), "{at}: {event} breaks\n{old}\n-> {new}");
            }
        }
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("TABLECAST_SOUND_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(400)
}

#[test]
fn what_passes_breaks_no_reader_and_no_event_however_many_versions_lie_between() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases())
    });
    let passed = Cell::new([0; 2]);
    let outcome = runner.run(&any::<u64>(), |seed| {
        let dice = Dice(Cell::new(seed));
        let first = dice.document();
        let mut last = first.clone();
        for step in 0..4 {
            let next = dice.change(&last);
            if next == last || !found(&last, &next).is_empty() {
                continue;
            }
            let mut counts = passed.get();
            counts[usize::from(step > 0 && last != first)] += 1;
            passed.set(counts);
            fit(&dice, &last, &next)?;
            fit(&dice, &first, &next)?;
            last = next;
        }
        Ok(())
    });
    outcome.unwrap();
    let ([once, again], read) = (passed.get(), READ.with(Cell::get));
    assert!(
        once > cases() as usize / 8 && again > cases() as usize / 40,
        "too few changes pass to try them: {once}, {again}"
    );
    assert!(read.iter().all(|read| *read > cases() as usize), "too few events were read: {read:?}");
}
