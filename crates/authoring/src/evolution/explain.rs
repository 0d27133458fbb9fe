//! Which part of a schema is at fault, for people: the verdict itself is the proof's.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::schema::{Place, Rest};
use tablecast_definitions::problem::Rule;
use tablecast_values::pointer::escaped;

use super::document::{self, Side, Unclear};
use super::lasting;
use super::proof::{Answer, accepts};

/// Keywords that belong together, and the rule that their change breaks.
const GROUPS: [(&[&str], Rule); 11] = [
    (&["type"], Rule::ChangeType),
    (&["enum", "const"], Rule::ChangeValues),
    (&["pattern"], Rule::ChangeLimit),
    (&["format"], Rule::ChangeLimit),
    (&["minLength", "maxLength"], Rule::ChangeLimit),
    (&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"], Rule::ChangeLimit),
    (&["minItems", "maxItems"], Rule::ChangeLimit),
    (&["uniqueItems"], Rule::ChangeLimit),
    (&["minProperties", "maxProperties"], Rule::ChangeLimit),
    (&["propertyNames", "dependentRequired"], Rule::ChangeLimit),
    (&["contains", "minContains", "maxContains"], Rule::ChangeLimit),
];

/// Looked at where nothing else explains it: what they hold is judged as readers see it, not as pipes fill it.
const DEEPER: [(&[&str], Rule); 4] = [
    (&["anyOf", "oneOf"], Rule::ChangeAlternatives),
    (&["not", "if", "then", "else", "dependentSchemas"], Rule::ChangeAlternatives),
    (&["prefixItems", "items"], Rule::ChangeLimit),
    (&["patternProperties"], Rule::ChangeOthers),
];

pub struct Explainer {
    /// What to do: `: make it order.placed.v2`.
    pub next: String,
    pub found: Vec<(Rule, String, String)>,
    pub seen: BTreeSet<(Vec<usize>, Vec<usize>)>,
}

/// What was proven of two schemas for one place.
struct Verdict {
    /// Readers of before accept events of now, whatever a later version adds to them.
    forward: Answer,
    /// Readers of now accept events of before.
    backward: Answer,
}

impl Verdict {
    const HOLDS: Self = Self { forward: Answer::Yes, backward: Answer::Yes };

    fn of(old: &Place<'_>, new: &Place<'_>) -> Result<Self, Unclear> {
        let (old_reader, new_reader) = (document::of(old, Side::Reader)?, document::of(new, Side::Reader)?);
        if old_reader == new_reader {
            return Ok(Self::HOLDS);
        }
        let old_pipe = document::of(old, Side::Pipe)?;
        Ok(Self { forward: accepts(&old_reader, &new_reader), backward: accepts(&new_reader, &old_pipe) })
    }

    fn holds(&self) -> bool {
        self.forward == Answer::Yes && self.backward == Answer::Yes
    }
}

impl Explainer {
    pub fn judge(&mut self, old: &Place<'_>, new: &Place<'_>) {
        lasting::compare(self, old, new);
        self.place(old, new, "");
    }

    pub fn tell(&mut self, rule: Rule, path: &str, reason: &str) {
        let problem = (rule, path.to_owned(), format!("{reason}{}", self.next));
        if !self.found.contains(&problem) {
            self.found.push(problem);
        }
    }

    fn place(&mut self, old: &Place<'_>, new: &Place<'_>, path: &str) {
        if !self.seen.insert((old.id(), new.id())) {
            return;
        }
        match Verdict::of(old, new) {
            Ok(verdict) if verdict.holds() => {}
            Ok(verdict) => {
                let before = self.found.len();
                self.parts(old, new, path);
                if before == self.found.len() && !self.removed_below(path) {
                    self.whole(&verdict, path);
                }
            }
            Err(Unclear(reason)) => {
                self.tell(Rule::ChangeUnjudged, path, &format!("cannot be judged: {reason}"))
            }
        }
    }

    /// Whether what was taken away here has been told already.
    fn removed_below(&self, path: &str) -> bool {
        self.found.iter().any(|(_, place, _)| place.starts_with(path))
    }

    fn whole(&mut self, verdict: &Verdict, path: &str) {
        let reason = match (verdict.forward, verdict.backward) {
            (Answer::No, _) => {
                "cannot be judged part by part, but readers of before would refuse events of now"
            }
            (_, Answer::No) => {
                "cannot be judged part by part, but readers of now would refuse events of before"
            }
            _ => "cannot be judged: whether old and new schema fit is not proven",
        };
        self.tell(Rule::ChangeUnjudged, path, reason);
    }

    fn parts(&mut self, old: &Place<'_>, new: &Place<'_>, path: &str) {
        if old.is_barred() || new.is_barred() {
            return;
        }
        self.required(old, new, path);
        self.properties(old, new, path);
        let before = self.found.len();
        for (keywords, rule) in GROUPS {
            self.group(old, new, keywords, rule, path);
        }
        if old.has_elements() && new.has_elements() {
            self.place(&old.element(), &new.element(), &format!("{path}/items"));
        }
        self.others(old, new, path);
        for (keywords, rule) in DEEPER.into_iter().filter(|_| before == self.found.len()).collect::<Vec<_>>()
        {
            self.group(old, new, keywords, rule, path);
        }
    }

    fn required(&mut self, old: &Place<'_>, new: &Place<'_>, path: &str) {
        let (before, now) = (old.required(), new.required());
        for name in now.difference(&before) {
            let reason = format!(
                "{name} is required now: events of before may lack it, and readers of now would refuse them"
            );
            self.tell(Rule::ChangeRequired, &format!("{path}/required"), &reason);
        }
        for name in before.difference(&now) {
            let reason =
                format!("{name} is not required any more: readers of before would refuse events without it");
            self.tell(Rule::ChangeRequired, &format!("{path}/required"), &reason);
        }
    }

    fn properties(&mut self, old: &Place<'_>, new: &Place<'_>, path: &str) {
        let (before, now) = (old.names(), new.names());
        for name in before.intersection(&now) {
            let (old, new) = (old.property(name), new.property(name));
            if !old.roots.is_empty() && !new.roots.is_empty() {
                self.place(&old, &new, &format!("{path}/properties/{}", escaped(name)));
            }
        }
        for name in now.difference(&before) {
            let reason = match old.rest() {
                Rest::Unsaid => continue,
                Rest::Closed => {
                    "is new, and readers of before refuse properties that they do not know (additionalProperties: false)"
                }
                Rest::Open => {
                    "is new, and events of before may hold it with any value (the schema allowed properties without a name)"
                }
            };
            let fits = old.others().is_some_and(|old| {
                Verdict::of(&old, &new.property(name)).is_ok_and(|verdict| verdict.holds())
            });
            if !fits {
                self.tell(Rule::ChangePropertyAdded, &format!("{path}/properties/{}", escaped(name)), reason);
            }
        }
    }

    fn others(&mut self, old: &Place<'_>, new: &Place<'_>, path: &str) {
        let below = format!("{path}/additionalProperties");
        match (old.others(), new.others()) {
            (Some(old), Some(new)) => self.place(&old, &new, &below),
            _ if old.says(&["additionalProperties"]) != new.says(&["additionalProperties"]) => {
                let reason = "what is said of properties without a name has changed";
                if (old.rest(), new.rest()) != (Rest::Unsaid, Rest::Closed) {
                    self.tell(Rule::ChangeOthers, &below, reason);
                }
            }
            _ => {}
        }
    }

    /// Keywords that stand alone are judged alone: what means the same is no change.
    fn group(&mut self, old: &Place<'_>, new: &Place<'_>, keywords: &[&str], rule: Rule, path: &str) {
        let (before, now) = (old.says(keywords), new.says(keywords));
        if before == now {
            return;
        }
        let (old, new) = (alone(&before), alone(&now));
        let (forward, backward) = (accepts(&old, &new), accepts(&new, &old));
        let (rule, reason) = match (forward, backward) {
            (Answer::Yes, Answer::Yes) => return,
            (Answer::No, Answer::No) => (
                rule,
                "has changed: readers of before would refuse events of now, and readers of now events of before",
            ),
            (Answer::No, _) | (Answer::Unknown, Answer::Yes) => {
                (rule, "allows what it did not: readers of before would refuse such events")
            }
            (_, Answer::No) | (Answer::Yes, Answer::Unknown) => {
                (rule, "refuses what it allowed: readers of now would refuse events of before")
            }
            (Answer::Unknown, Answer::Unknown) => (
                Rule::ChangeUnjudged,
                "has changed, and cannot be judged: that both mean the same is not proven",
            ),
        };
        let said = |all: &[Json], keyword: &str| all.iter().any(|said| said.get(keyword).is_some());
        let keyword = keywords.iter().find(|keyword| said(&now, keyword) || said(&before, keyword));
        let path = format!("{path}/{}", keyword.unwrap_or(&""));
        self.tell(rule, &path, reason);
    }
}

fn alone(said: &[Json]) -> Json {
    let all = [&[json!(true)], said].concat();
    json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": all})
}
