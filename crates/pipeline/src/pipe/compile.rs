//! Compiles pipe files, and collects their problems.
//!
//! # Layout
//! - `conditions`: conditions that never hold
//! - `limits`: the limits of the settings, and the check of `keys`
//! - `state`: the part `state`; `filter`: whether a filter passes every record
//! - `rules`: rules that emit no event
//! - `projections`: the attributes that the expressions of a pipe read

mod conditions;
mod filter;
mod limits;
mod projections;
mod rules;
mod state;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_definitions::definition::{Code, Definition, EventRule, Keys, SyntaxProblem, Tree};
use tablecast_definitions::grant;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule as ProblemRule};
use tablecast_protocol::event::{BUS_OVERHEAD_BYTES, MAX_BUS_BYTES};
use tablecast_protocol::event_type;
use tablecast_protocol::subject::Subject;

use super::{Data, Pipe, RECORD_ROOTS, Rule, Trace};
use crate::expression::Language;
use crate::template::Template;

pub fn all(files: &[DefinitionFile], schemas: &[DefinitionFile]) -> (Vec<Pipe>, Vec<Problem>) {
    let mut pipes: Vec<Pipe> = Vec::new();
    let mut problems = Vec::new();
    for file in files {
        let Some(pipe) = pipe(file, schemas, &mut problems) else { continue };
        match pipes.iter().find(|other| other.definition.table == pipe.definition.table) {
            Some(other) => {
                let reason = format!(
                    "{} has a pipe already: {}.yaml. Put all events of a table into one file",
                    other.definition.table, other.name
                );
                problems.push(Problem::new(ProblemRule::PipeFile, &file.file, "table", reason));
            }
            None => pipes.push(pipe),
        }
    }
    (pipes, problems)
}

fn pipe(file: &DefinitionFile, schemas: &[DefinitionFile], problems: &mut Vec<Problem>) -> Option<Pipe> {
    let whole = |reason| Problem::new(ProblemRule::PipeFile, &file.file, "", reason);
    let definition =
        Definition::read(&file.text).map_err(|found| problems.extend(unreadable(file, found))).ok()?;
    let language = Language::new(RECORD_ROOTS).map_err(|reason| problems.push(whole(reason))).ok()?;
    let language = language.with_keys(definition.keys.as_ref().map(Keys::attributes));
    let before = problems.len();
    let mut compiler = FileCompiler { file, language, schemas, problems };
    compiler.limits(&definition);
    compiler.keys(&definition);
    compiler.lets(&definition);
    let subject = compiler.subject(&definition.subject);
    let trace = definition.trace.as_ref().and_then(|code| compiler.trace(code));
    compiler.grants(&definition);
    let rules: Vec<_> = definition
        .events
        .iter()
        .enumerate()
        .map(|(index, rule)| compiler.rule(index, rule, &definition.filter))
        .collect();
    compiler.rules(&definition.events, &rules, &definition.filter);
    let state = compiler.state(&definition, subject.as_ref());
    if problems.len() > before {
        return None;
    }
    let (subject, rules) = (subject?, rules.into_iter().collect::<Option<Vec<_>>>()?);
    let projections = projections::of(&subject, trace.as_ref(), &rules, state.as_ref());
    let event_limit = MAX_BUS_BYTES - BUS_OVERHEAD_BYTES;
    Some(Pipe { name: file.name.clone(), definition, projections, subject, trace, rules, state, event_limit })
}

fn unreadable(file: &DefinitionFile, found: Vec<SyntaxProblem>) -> impl Iterator<Item = Problem> {
    found.into_iter().map(|SyntaxProblem { line, path, reason }| {
        Problem::new(ProblemRule::PipeFile, &file.file, path, reason).at(line)
    })
}

/// Compiles the parts of one pipe file, and collects its problems.
struct FileCompiler<'f> {
    file: &'f DefinitionFile,
    language: Language,
    schemas: &'f [DefinitionFile],
    problems: &'f mut Vec<Problem>,
}

impl FileCompiler<'_> {
    fn wrong(
        &mut self,
        rule: ProblemRule,
        path: impl Into<String>,
        reason: impl Into<String>,
    ) -> &mut Problem {
        self.problems.push(Problem::new(rule, &self.file.file, path, reason));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn report<T>(&mut self, code: &Code, path: &str, result: Result<T, String>) -> Option<T> {
        result.map_err(|reason| self.wrong(ProblemRule::Expression, path, reason).line = Some(code.line)).ok()
    }

    fn lets(&mut self, definition: &Definition) {
        let mut meanings = BTreeMap::new();
        for (name, code) in &definition.variables {
            let path = format!("let.{name}");
            let compiled = self.language.compile(&code.text).and_then(|_| self.language.parse(&code.text));
            meanings.extend(self.report(code, &path, compiled).map(|syntax| (name, (code, syntax))));
        }
        for (name, (code, syntax)) in meanings {
            let defined = self.language.define(name, syntax);
            self.report(code, &format!("let.{name}"), defined);
        }
    }

    fn subject(&mut self, code: &Code) -> Option<Template> {
        let compiled = Template::compile(&self.language, &code.text);
        let template = self.report(code, "subject", compiled)?;
        let parsed = Subject::parse(&template.sample()).map_err(|error| error.to_string());
        self.report(code, "subject", parsed).map(|_| template)
    }

    fn trace(&mut self, code: &Code) -> Option<Trace> {
        let compiled = Trace::compile(&self.language, &code.text);
        self.report(code, "trace", compiled)
    }

    fn grants(&mut self, definition: &Definition) {
        for grant in definition.grant.iter().flat_map(|grant| grant.iter()) {
            if let Err(reason) = grant::compile(grant) {
                self.wrong(ProblemRule::Expression, "grant", reason);
            }
        }
    }

    fn rule(&mut self, index: usize, rule: &EventRule, filter: &[Json]) -> Option<Rule> {
        let path = format!("events[{index}]");
        let event_type = &rule.event_type;
        let type_path = format!("{path}.type");
        self.schema_of(&event_type.text, event_type.line, &type_path, "");
        self.control_type(event_type, &type_path);
        let when = rule.when.as_ref().map(|code| self.condition(code, &format!("{path}.when"), filter));
        let data_path = format!("{path}.data");
        let data = self.data(&rule.data, &data_path)?;
        let when = match when {
            Some(compiled) => Some(compiled?),
            None => None,
        };
        Some(Rule { path, data_path, event_type: event_type.text.clone(), when, data })
    }

    /// Reports a type without a schema. `what` follows the name of its file.
    fn schema_of(&mut self, event_type: &str, line: u64, path: &str, what: &str) {
        if !self.schemas.iter().any(|schema| schema.name == event_type) {
            let reason = format!("there is no schemas/{event_type}.json{what}");
            self.wrong(ProblemRule::EventType, path, reason).line = Some(line);
        }
    }

    fn control_type(&mut self, event_type: &Code, path: &str) {
        if event_type::is_control(&event_type.text) {
            let reason = format!("{} is reserved for events of tablecast itself", event_type::CONTROL_PREFIX);
            self.wrong(ProblemRule::EventType, path, reason).line = Some(event_type.line);
        }
    }

    fn data(&mut self, tree: &Tree, path: &str) -> Option<Data> {
        let (file, problems) = (&self.file.file, &mut *self.problems);
        let mut report = |code: &Code, path, reason| {
            problems.push(Problem::new(ProblemRule::Expression, file, path, reason).at(code.line));
        };
        Data::compile(&self.language, tree, path, &mut report)
    }
}
