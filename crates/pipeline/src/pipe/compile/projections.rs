use crate::attribute::Projection;
use crate::expression::References;
use crate::pipe::{Rule, State, Trace};
use crate::record::Projections;
use crate::template::Template;

/// Returns what the pipe reads of a record: the attributes that its expressions name.
pub fn of(subject: &Template, trace: Option<&Trace>, rules: &[Rule], state: Option<&State>) -> Projections {
    let all = references(subject, trace, rules, state);
    Projections {
        keys: projection(&all, &["keys"]),
        old: projection(&all, &["old", "item"]),
        new: projection(&all, &["new", "item"]),
        names: all.iter().flat_map(|read| &read.names).cloned().collect(),
    }
}

fn references(
    subject: &Template,
    trace: Option<&Trace>,
    rules: &[Rule],
    state: Option<&State>,
) -> Vec<References> {
    let others = subject.references().cloned().chain(trace.map(Trace::references));
    let in_state = state.map(State::references).unwrap_or_default().into_iter().cloned();
    others.chain(rules.iter().flat_map(in_rule)).chain(in_state).collect()
}

fn in_rule(rule: &Rule) -> Vec<References> {
    let when = rule.when.iter().map(|when| &when.references);
    when.chain(rule.data.references()).cloned().collect()
}

/// The attributes that are read under one of these roots.
fn projection(all: &[References], roots: &[&str]) -> Projection {
    if all.iter().any(|read| roots.iter().any(|root| read.whole.contains(*root))) {
        return Projection::All;
    }
    let fields = all.iter().flat_map(|read| &read.fields).filter(|(root, _)| roots.contains(&root.as_str()));
    let mut names: Vec<String> = fields.map(|(_, field)| field.clone()).collect();
    names.sort();
    names.dedup();
    Projection::Only(names)
}
