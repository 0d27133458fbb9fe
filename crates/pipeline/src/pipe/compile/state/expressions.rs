use tablecast_definitions::definition::{Code, StateRule, Tree};
use tablecast_definitions::problem::Rule as ProblemRule;

use super::super::FileCompiler;
use super::STATE_ROOTS;
use super::table_key::TableKey;
use crate::expression::{Expression, References, Shape};
use crate::pipe::state::NO_VERSION;
use crate::pipe::{Data, RECORD_ROOTS};

impl FileCompiler<'_> {
    pub fn state_expression(&mut self, code: &Code, path: &str) -> Option<Expression> {
        let compiled = self.language.compile(&code.text);
        let expression = self.report(code, path, compiled)?;
        self.reads_state(&expression.references, code, path).then_some(expression)
    }

    pub fn state_version(&mut self, code: &Code) -> Option<Expression> {
        let expression = self.state_expression(code, "state.version")?;
        let can_be = can_be_version(&expression.shape()) && expression.no_json().is_none();
        if !can_be {
            self.wrong(ProblemRule::StateExpression, "state.version", NO_VERSION).line = Some(code.line);
        }
        can_be.then_some(expression)
    }

    pub fn state_condition(&mut self, code: &Code) -> Option<Expression> {
        let expression = self.state_expression(code, "state.when")?;
        self.is_condition(&expression, code, "state.when").then_some(expression)
    }

    pub fn state_data(&mut self, tree: &Tree, path: &str) -> Option<Data> {
        let data = self.data(tree, path)?;
        let leaves: Vec<_> = tree.leaves(path).into_iter().zip(data.references()).collect();
        let read =
            leaves.into_iter().map(|((path, code), references)| self.reads_state(references, code, &path));
        // All leaves are looked at, so that every problem is reported.
        read.fold(true, |all, one| all & one).then_some(data)
    }

    fn reads_state(&mut self, references: &References, code: &Code, path: &str) -> bool {
        let is_other = |root: &&str| RECORD_ROOTS.contains(root) && !STATE_ROOTS.contains(root);
        let Some(other) = references.roots().find(is_other) else { return true };
        let reason = format!("reads {other}, which only a change has: write item or keys");
        self.wrong(ProblemRule::StateExpression, path, reason).line = Some(code.line);
        false
    }

    pub fn removed(&mut self, rule: &StateRule, key: &TableKey) -> Option<Data> {
        let Some(tree) = &rule.removed else {
            return self.data(&key.tree(rule.event_type.line), "state.removed");
        };
        let data = self.state_data(tree, "state.removed")?;
        let leaves: Vec<_> = tree.leaves("state.removed").into_iter().zip(data.references()).collect();
        let read =
            leaves.into_iter().map(|((path, code), references)| self.reads_key(references, key, code, &path));
        read.fold(true, |all, one| all & one).then_some(data)
    }

    /// An item that lacks an attribute could not be removed.
    fn reads_key(&mut self, references: &References, key: &TableKey, code: &Code, path: &str) -> bool {
        let is_state = |root: &str| STATE_ROOTS.contains(&root);
        let field = references.fields.iter().find(|(root, name)| is_state(root) && !key.has(name));
        let whole = references.whole.iter().find(|root| is_state(root));
        let Some(read) = field.map(|(root, name)| format!("{root}.{name}")).or(whole.cloned()) else {
            return true;
        };
        let reason = format!("reads {read}, but a removed item may lack it: write only key attributes");
        self.wrong(ProblemRule::StateExpression, path, reason).line = Some(code.line);
        false
    }
}

fn can_be_version(shape: &Shape) -> bool {
    match shape {
        Shape::Unknown | Shape::Text | Shape::Number => true,
        Shape::Constant(value) => value.is_string() || value.is_number(),
        Shape::Any(shapes) => shapes.iter().any(can_be_version),
        Shape::Boolean | Shape::List(_) | Shape::Object(_) => false,
    }
}
