//! Walks the tree of an expression: its references, its depth, and its `let` names.

use std::collections::{BTreeMap, BTreeSet};

use cel::common::ast::{EntryExpr, Expr};
use cel::parser::Expression as Syntax;

use super::path;

pub const MAX_DEPTH: usize = 64;

/// The namespaces of functions, such as `strings.quote`.
const FUNCTION_NAMESPACES: [&str; 2] = ["optional", "strings"];

/// The fields and functions of an expression.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct References {
    /// `new.total` is `("new", "total")`.
    pub fields: BTreeSet<(String, String)>,
    /// Roots that are read as a whole: `new`, `new[name]`.
    pub whole: BTreeSet<String>,
    pub functions: BTreeSet<String>,
    /// The names of members and the texts that it contains.
    pub names: BTreeSet<String>,
}

impl References {
    pub fn of(syntax: &Syntax) -> Self {
        let mut found = Self::default();
        found.walk(syntax, &mut Vec::new());
        found.collect_names(syntax);
        found
    }

    pub fn roots(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().map(|(root, _)| root.as_str());
        self.whole.iter().map(String::as_str).chain(fields)
    }

    fn walk<'s>(&mut self, syntax: &'s Syntax, bound: &mut Vec<&'s str>) {
        match (&syntax.expr, field(syntax)) {
            (_, Some((root, field))) if !bound.contains(&root) => {
                self.fields.insert((root.to_owned(), field.to_owned()));
            }
            (Expr::Ident(name), _) if !bound.contains(&name.as_str()) => {
                self.whole.insert(name.clone());
            }
            (Expr::Comprehension(comprehension), _) => {
                self.walk(&comprehension.iter_range, bound);
                self.walk(&comprehension.accu_init, bound);
                let outer = bound.len();
                bound.extend([comprehension.iter_var.as_str(), comprehension.accu_var.as_str()]);
                bound.extend(comprehension.iter_var2.as_deref());
                let inner = [&comprehension.loop_cond, &comprehension.loop_step, &comprehension.result];
                inner.into_iter().for_each(|part| self.walk(part, bound));
                bound.truncate(outer);
            }
            _ => {
                self.call(&syntax.expr);
                children(&syntax.expr).into_iter().for_each(|child| self.walk(child, bound));
            }
        }
    }

    fn collect_names(&mut self, syntax: &Syntax) {
        match &syntax.expr {
            Expr::Select(select) => _ = self.names.insert(select.field.clone()),
            _ => self.names.extend(path::literal(syntax).map(str::to_owned)),
        }
        children(&syntax.expr).into_iter().for_each(|child| self.collect_names(child));
    }

    fn call(&mut self, expr: &Expr) {
        if let Expr::Call(call) = expr
            && call.func_name.starts_with(|first: char| first.is_ascii_alphabetic())
        {
            let name = match call.target.as_deref() {
                Some(Syntax { expr: Expr::Ident(namespace), .. })
                    if FUNCTION_NAMESPACES.contains(&namespace.as_str()) =>
                {
                    format!("{namespace}.{}", call.func_name)
                }
                _ => call.func_name.clone(),
            };
            self.functions.insert(name);
        }
    }
}

/// `root.field`, `root.?field`, `has(root.field)`, `root["field"]` or `root[?"field"]`.
fn field(syntax: &Syntax) -> Option<(&str, &str)> {
    let (operand, field) = match &syntax.expr {
        Expr::Select(select) => (select.operand.as_ref(), select.field.as_str()),
        Expr::Call(call) if matches!(call.func_name.as_str(), "_?._" | "_[_]" | "_[?_]") => {
            match &call.args[..] {
                [operand, index] => (operand, path::literal(index)?),
                _ => return None,
            }
        }
        _ => return None,
    };
    match &operand.expr {
        Expr::Ident(root) => Some((root, field)),
        _ => None,
    }
}

pub fn children(expr: &Expr) -> Vec<&Syntax> {
    match expr {
        Expr::Call(call) => call.target.iter().map(AsRef::as_ref).chain(&call.args).collect(),
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map.entries.iter().flat_map(|entry| parts(&entry.expr)).collect(),
        Expr::Struct(record) => record.entries.iter().flat_map(|entry| parts(&entry.expr)).collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::Comprehension(it) => {
            vec![&it.iter_range, &it.accu_init, &it.loop_cond, &it.loop_step, &it.result]
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

fn parts(entry: &EntryExpr) -> Vec<&Syntax> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

/// `item["first-name"]`, if the expression has `item.first-name`, which CEL reads as a subtraction of `name`.
pub fn hyphenated(syntax: &Syntax, name: &str) -> Option<String> {
    if let Expr::Call(call) = &syntax.expr
        && call.func_name == "_-_"
        && let [Syntax { expr: Expr::Select(left), .. }, Syntax { expr: Expr::Ident(right), .. }] =
            &call.args[..]
        && right == name
    {
        return Some(format!("{}[\"{}-{name}\"]", written(&left.operand)?, left.field));
    }
    children(&syntax.expr).into_iter().find_map(|child| hyphenated(child, name))
}

/// The text of a path.
fn written(syntax: &Syntax) -> Option<String> {
    match &syntax.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", written(&select.operand)?, select.field))
        }
        _ => None,
    }
}

/// The number of levels of the tree.
pub fn depth(syntax: &Syntax) -> usize {
    1 + children(&syntax.expr).into_iter().map(depth).max().unwrap_or(0)
}

/// The number of nested comprehensions.
pub fn loops(syntax: &Syntax) -> usize {
    let own = usize::from(matches!(syntax.expr, Expr::Comprehension(_)));
    own + children(&syntax.expr).into_iter().map(loops).max().unwrap_or(0)
}

/// The names that comprehensions bind.
pub fn bound(syntax: &Syntax) -> Vec<&str> {
    let mut names: Vec<&str> = children(&syntax.expr).into_iter().flat_map(bound).collect();
    if let Expr::Comprehension(it) = &syntax.expr {
        names.push(&it.iter_var);
        names.extend(it.iter_var2.as_deref());
    }
    names
}

/// The first message literal, such as `Money{units: 1}`: its type, and the name of its first field.
pub fn message(syntax: &Syntax) -> Option<(&str, Option<&str>)> {
    if let Expr::Struct(record) = &syntax.expr {
        let field = record.entries.iter().find_map(|entry| match &entry.expr {
            EntryExpr::StructField(field) => Some(field.field.as_str()),
            EntryExpr::MapEntry(_) => None,
        });
        return Some((&record.type_name, field));
    }
    children(&syntax.expr).into_iter().find_map(message)
}

/// The attribute of a variable that this part reads, and not as an optional value.
pub fn required<'s>(syntax: &'s Syntax, root: &str) -> Option<&'s str> {
    let is_required = match &syntax.expr {
        Expr::Select(select) => !select.test,
        Expr::Call(call) => call.func_name == "_[_]",
        _ => false,
    };
    field(syntax).filter(|(name, _)| *name == root && is_required).map(|(_, name)| name)
}

/// Returns whether it asks for an attribute of a variable with `has()`.
pub fn asks_for(syntax: &Syntax, root: &str) -> bool {
    let here = match (&syntax.expr, field(syntax)) {
        (Expr::Select(select), Some((name, _))) => select.test && name == root,
        _ => false,
    };
    here || children(&syntax.expr).into_iter().any(|child| asks_for(child, root))
}

/// Replaces the names of `let` by their expressions.
pub fn inline(syntax: &mut Syntax, lets: &BTreeMap<String, Syntax>) {
    match &syntax.expr {
        Expr::Ident(name) if lets.contains_key(name) => *syntax = lets[name].clone(),
        _ => children_mut(&mut syntax.expr).into_iter().for_each(|child| inline(child, lets)),
    }
}

/// Calls `change` for each part of an expression, inner parts first.
pub fn rewrite(syntax: &mut Syntax, change: &impl Fn(&mut Expr)) {
    children_mut(&mut syntax.expr).into_iter().for_each(|child| rewrite(child, change));
    change(&mut syntax.expr);
}

fn children_mut(expr: &mut Expr) -> Vec<&mut Syntax> {
    match expr {
        Expr::Call(call) => call.target.iter_mut().map(AsMut::as_mut).chain(&mut call.args).collect(),
        Expr::List(list) => list.elements.iter_mut().collect(),
        Expr::Map(map) => map.entries.iter_mut().flat_map(|entry| parts_mut(&mut entry.expr)).collect(),
        Expr::Struct(record) => {
            record.entries.iter_mut().flat_map(|entry| parts_mut(&mut entry.expr)).collect()
        }
        Expr::Select(select) => vec![&mut select.operand],
        Expr::Comprehension(it) => {
            vec![&mut it.iter_range, &mut it.accu_init, &mut it.loop_cond, &mut it.loop_step, &mut it.result]
        }
        Expr::Ident(_) | Expr::Literal(_) | Expr::Unspecified => Vec::new(),
    }
}

fn parts_mut(entry: &mut EntryExpr) -> Vec<&mut Syntax> {
    match entry {
        EntryExpr::StructField(field) => vec![&mut field.value],
        EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
    }
}

/// Returns whether the expression contains the name. Then an error can show it, because it is not data of a
/// record.
pub fn mentions(syntax: &Syntax, name: &str) -> bool {
    let here = match &syntax.expr {
        Expr::Select(select) => select.field == name,
        _ => path::literal(syntax) == Some(name),
    };
    here || children(&syntax.expr).into_iter().any(|child| mentions(child, name))
}
