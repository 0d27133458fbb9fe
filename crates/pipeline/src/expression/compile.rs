use std::collections::BTreeMap;
use std::sync::Arc;

use cel::common::ast::{CallExpr, Expr, LiteralValue};
use cel::parser::Expression as Syntax;
use cel::{Context, Env, ExecutionError, ParseErrors};
use tablecast_definitions::definition::KeyType;

use super::members::Members;
use super::names::{unknown_function, unknown_variable};
use super::namespaces::is_namespace;
use super::syntax::MAX_DEPTH;
use super::{
    Expression, Plain, References, Scope, calls, decimal, extensions, json, mistake, optional, syntax,
};

const MAX_CHARACTERS: usize = 2_000;
const MAX_LOOPS: usize = 2;
/// Enough for the recursive parser and 2,000 characters in a debug build.
const PARSER_STACK: usize = 64 << 20;

/// CEL with the functions and variables of pipe files.
pub struct Language {
    env: Arc<Env>,
    roots: &'static [&'static str],
    lets: BTreeMap<String, Syntax>,
    members: Arc<Members>,
}

impl Language {
    pub fn new(roots: &'static [&'static str]) -> Result<Self, String> {
        let env = environment().map_err(|error| error.to_string())?;
        Ok(Self { env: Arc::new(env), roots, lets: BTreeMap::new(), members: Arc::default() })
    }

    /// The same language for a table with these key attributes.
    pub fn with_keys(self, keys: Option<BTreeMap<String, KeyType>>) -> Self {
        Self { members: Arc::new(Members { keys }), ..self }
    }

    /// Names an expression. It can use the roots, but no other named expression.
    pub fn define(&mut self, name: &str, meaning: Syntax) -> Result<(), String> {
        if self.roots.contains(&name) || is_namespace(name) {
            return Err(format!("{name} has a meaning already: choose another name"));
        }
        self.lets.insert(name.to_owned(), meaning);
        Ok(())
    }

    pub fn compile(&self, source: &str) -> Result<Expression, String> {
        self.finish(self.parse(source)?)
    }

    /// Compiles a parsed expression, or a part of one.
    pub fn finish(&self, mut syntax: Syntax) -> Result<Expression, String> {
        syntax::inline(&mut syntax, &self.lets);
        let references = self.check(&syntax)?;
        self.evaluate_constants(&syntax)?;
        Ok(self.assemble(syntax, references))
    }

    pub(super) fn assemble(&self, mut syntax: Syntax, references: References) -> Expression {
        let plain = Plain::of(&syntax).map(Box::new);
        let no_json = json::none_of(&syntax);
        extensions::install(&mut syntax);
        let (language, members) = (self.env.clone(), self.members.clone());
        Expression { plain, syntax: Box::new(syntax), language, members, no_json, references }
    }

    pub fn parse(&self, source: &str) -> Result<Syntax, String> {
        if source.chars().count() > MAX_CHARACTERS {
            return Err(format!("is longer than {MAX_CHARACTERS} characters: move parts into `let`"));
        }
        let parse = || self.env.compile(source).map(|program| program.expression().clone());
        on_large_stack(|| shallow(source, parse()))
    }

    /// Refuses an expression of which a part without variables fails.
    fn evaluate_constants(&self, syntax: &Syntax) -> Result<(), String> {
        let constants = calls::constants(syntax);
        if constants.is_empty() {
            return Ok(());
        }
        let evaluate = |part| self.assemble(part, References::default()).resolve(&Scope(&[]), |_| Ok(()));
        let failed = || constants.into_iter().try_for_each(evaluate);
        on_large_stack(failed).map_err(|reason| format!("{reason}, for every record"))
    }

    fn check(&self, syntax: &Syntax) -> Result<References, String> {
        if syntax::loops(syntax) > MAX_LOOPS {
            return Err(format!(
                "nests more than {MAX_LOOPS} comprehensions: put at most one inside another"
            ));
        }
        if let Some((name, field)) = syntax::message(syntax) {
            return Err(mistake::message(name, field));
        }
        if let Some(name) = syntax::bound(syntax).into_iter().find(|name| self.is_defined(name)) {
            return Err(format!("{name} has a meaning already: call the variable something else"));
        }
        let references = References::of(syntax);
        if let Some(name) = references.functions.iter().find(|name| !self.has_function(name)) {
            return Err(unknown_function(name));
        }
        if let Some(name) = references.roots().find(|name| !self.is_defined(name)) {
            return Err(self.unknown(name, syntax));
        }
        let unknown = self.members.unknown(&references).or_else(|| optional::misuse(syntax));
        let unknown = unknown.or_else(|| calls::wrong_form(syntax));
        unknown.map_or(Ok(references), Err)
    }

    fn unknown(&self, name: &str, syntax: &Syntax) -> String {
        if let Some(quoted) = syntax::hyphenated(syntax, name) {
            return format!(
                "{name} is not known: write an attribute's name with a hyphen as {quoted}{}",
                mistake::QUOTED
            );
        }
        let known: Vec<&str> =
            self.roots.iter().copied().chain(self.lets.keys().map(String::as_str)).collect();
        unknown_variable(name, &known)
    }

    fn is_defined(&self, name: &str) -> bool {
        self.roots.contains(&name) || is_namespace(name) || self.lets.contains_key(name)
    }

    /// Calls the function without arguments. A function that exists fails because of them.
    pub(super) fn has_function(&self, name: &str) -> bool {
        let context = Context::with_env(self.env.clone());
        let exists = |name: &str, target: Option<Expr>| {
            let target = target.map(|expr| Box::new(Syntax { id: 0, expr }));
            let call = CallExpr { func_name: name.to_owned(), target, args: Vec::new() };
            let syntax = Syntax { id: 0, expr: Expr::Call(call) };
            let result = cel::Value::resolve_val(&syntax, &context);
            !matches!(result, Err(ExecutionError::UndeclaredReference(_)))
        };
        match name.split_once('.') {
            Some((namespace, name)) => exists(name, Some(Expr::Ident(namespace.to_owned()))),
            None => exists(name, None) || exists(name, Some(Expr::Literal(LiteralValue::String("".into())))),
        }
    }
}

/// Parser and interpreter recurse.
fn on_large_stack<T: Send>(work: impl FnOnce() -> Result<T, String> + Send) -> Result<T, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK).spawn_scoped(scope, work);
        let done = thread.map_err(|error| format!("cannot be parsed: {error}"))?;
        done.join().unwrap_or_else(|_| Err("cannot be parsed".to_owned()))
    })
}

/// Refuses deep trees. It runs on the large stack, because dropping them recurses too.
fn shallow(source: &str, parsed: Result<Syntax, ParseErrors>) -> Result<Syntax, String> {
    let syntax = parsed.map_err(|errors| mistake::explain(source, &errors))?;
    match syntax::depth(&syntax) > MAX_DEPTH {
        true => Err(format!("is nested more than {MAX_DEPTH} levels deep: move parts into `let`")),
        false => Ok(syntax),
    }
}

fn environment() -> Result<Env, cel::DeclarationError> {
    use decimal::{Decimal, to_double, to_string};
    let mut env = Env::stdlib();
    cel::extensions::strings(&mut env)?;
    extensions::declare(&mut env)?;
    cel::add_overload!(env, fn to_string: (Decimal) -> cel::common::types::CelString,
        name = "string", id = "decimal_to_string")?;
    cel::add_overload!(env, fn to_double: (Decimal) -> cel::common::types::CelDouble,
        name = "double", id = "decimal_to_double")?;
    Ok(env)
}
