//! Templates of subjects: texts in quotes and values, joined by `+`. A value is one segment or a part of one.
//! It cannot contain `/` or `*`, so that no item gets a subject of another tenant.

use cel::common::ast::Expr;
use cel::parser::Expression as Syntax;
use tablecast_values::value::Value;

use crate::expression::{Expression, Language, References, Scope};

#[derive(Debug)]
pub struct Template(Vec<Part>);

/// A part of a template, as it is written.
#[derive(Debug)]
pub enum Part {
    Text(String),
    Value(Expression),
}

impl Template {
    pub fn compile(language: &Language, source: &str) -> Result<Self, String> {
        let syntax = language.parse(source)?;
        let mut parts = Vec::new();
        flatten(&syntax, &mut parts);
        parts.into_iter().map(|part| Part::compile(language, part)).collect::<Result<_, _>>().map(Self)
    }

    /// The subject if every value is `x`. It shows whether the texts are well-formed.
    pub fn sample(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(literal) => literal.clone(),
            Part::Value(_) => "x".to_owned(),
        };
        self.0.iter().map(text).collect()
    }

    /// The subject with names in place of values: `orders/{tenant}/{orderId}`.
    pub fn outline(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(literal) => literal.clone(),
            Part::Value(expression) => {
                let name = expression.references.fields.first().map(|(_, field)| field.as_str());
                format!("{{{}}}", name.unwrap_or("x"))
            }
        };
        self.0.iter().map(text).collect()
    }

    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    pub fn references(&self) -> impl Iterator<Item = &References> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(expression) => Some(&expression.references),
        })
    }

    pub fn fill<'s>(&'s self, scope: &'s Scope<'s>) -> Result<String, String> {
        let mut text = String::with_capacity(64);
        for part in &self.0 {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value(expression) => push_segment(&mut text, expression.evaluate(scope)?)?,
            }
        }
        Ok(text)
    }
}

impl Part {
    fn compile(language: &Language, syntax: &Syntax) -> Result<Self, String> {
        match crate::expression::literal(syntax) {
            Some(text) => Ok(Part::Text(text.to_owned())),
            None => language.finish(syntax.clone()).map(Part::Value),
        }
    }
}

fn flatten<'s>(syntax: &'s Syntax, parts: &mut Vec<&'s Syntax>) {
    match &syntax.expr {
        Expr::Call(call) if call.func_name == "_+_" => call.args.iter().for_each(|part| flatten(part, parts)),
        _ => parts.push(syntax),
    }
}

fn push_segment(text: &mut String, value: Option<Value<'_>>) -> Result<(), String> {
    let segment = match &value {
        Some(Value::String(segment) | Value::Number(segment)) => segment.as_ref(),
        Some(Value::Bool(true)) => "true",
        Some(Value::Bool(false)) => "false",
        _ => return Err("a value is neither text nor a number: use string(), or another attribute".into()),
    };
    if segment.is_empty() || segment.bytes().any(|byte| matches!(byte, b'/' | b'*')) {
        return Err("a value is empty or holds / or *, which would change the subject".into());
    }
    text.push_str(segment);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(source: &str, tenant: &str) -> Result<String, String> {
        let language = Language::new(&["claims"]).unwrap();
        let template = Template::compile(&language, source)?;
        let claims = Value::Map(vec![
            ("tenant".into(), Value::String(tenant.into())),
            ("number".into(), Value::number("7".into()).unwrap()),
            ("admin".into(), Value::Bool(true)),
            ("guest".into(), Value::Bool(false)),
        ]);
        template.fill(&Scope(&[("claims", &claims)]))
    }

    #[test]
    fn texts_and_values_are_joined() {
        assert_eq!(fill(r#""orders/" + claims.tenant + "/*""#, "acme").as_deref(), Ok("orders/acme/*"));
        assert_eq!(fill(r#""n/" + claims.number"#, "acme").as_deref(), Ok("n/7"));
        assert_eq!(fill(r#""t/" + claims.tenant.upperAscii()"#, "acme").as_deref(), Ok("t/ACME"));
        assert_eq!(fill(r#""b/" + claims.admin + claims.guest"#, "acme").as_deref(), Ok("b/truefalse"));
    }

    #[test]
    fn a_value_cannot_add_or_match_segments() {
        for tenant in ["acme/x", "*", "a*", "/", "", "../globex"] {
            let error = fill(r#""orders/" + claims.tenant + "/*""#, tenant).unwrap_err();
            assert!(error.contains("would change the subject"), "{tenant}");
        }
    }

    #[test]
    fn an_outline_has_the_names_of_the_values() {
        let outline =
            |source: &str| Template::compile(&Language::new(&["item"]).unwrap(), source).unwrap().outline();
        assert_eq!(
            outline(r#""orders/" + item.tenant + "/" + string(item.number)"#),
            "orders/{tenant}/{number}"
        );
        assert_eq!(outline(r#""n/" + string(7)"#), "n/{x}");
    }

    #[test]
    fn a_missing_value_is_an_error() {
        assert!(fill(r#""orders/" + claims.team"#, "acme").unwrap_err().contains("there is no team"));
        assert!(
            fill(r#""orders/" + claims.?team"#, "acme").unwrap_err().contains("neither text nor a number")
        );
    }
}
