//! Functions that differ from the CEL specification: the fields of a timestamp are in UTC, and the classes of a
//! regular expression are ASCII.

use cel::common::ast::{CallExpr, Expr};
use cel::common::types::{CelString, CelTimestamp, DYN_TYPE};
use cel::common::value::CowVal;
use cel::parser::Expression as Syntax;
use cel::{DeclarationError, Env};

const UTC: &str = "@utc";
const ASCII: &str = "@ascii";

pub fn install(expr: &mut Expr) {
    let Expr::Call(call) = expr else { return };
    match (call.func_name.as_str(), &call.target) {
        ("timestamp", None) => {
            let args = vec![Syntax { id: 0, expr: std::mem::take(expr) }];
            *expr = Expr::Call(CallExpr { func_name: UTC.to_owned(), target: None, args });
        }
        ("matches", _) => {
            if let Some(pattern) = call.args.last_mut() {
                let args = vec![std::mem::take(pattern)];
                let call = CallExpr { func_name: ASCII.to_owned(), target: None, args };
                *pattern = Syntax { id: 0, expr: Expr::Call(call) };
            }
        }
        _ => {}
    }
}

pub fn declare(env: &mut Env) -> Result<(), DeclarationError> {
    cel::add_overload!(env, fn utc: (CelTimestamp) -> CelTimestamp, name = UTC)?;
    // A value of another type is left to `matches`, which names it in its error.
    env.add_overload(ASCII, ASCII, vec![DYN_TYPE], |mut args| {
        let pattern = args.remove(0);
        let ascii = pattern.downcast_ref::<CelString>().map(|pattern| ascii(pattern.inner()));
        Ok(ascii.map_or(pattern, |ascii| CowVal::owned(CelString::from(ascii))))
    })
}

fn utc(time: &CelTimestamp) -> CelTimestamp {
    CelTimestamp::from(time.inner().to_utc().fixed_offset())
}

/// Writes the classes of RE2, which are ASCII, as those of an engine with Unicode.
fn ascii(pattern: &str) -> String {
    let (mut ascii, mut letters, mut in_class) =
        (String::with_capacity(pattern.len()), pattern.chars(), false);
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escape(letters.next(), in_class, &mut ascii),
            _ => {
                in_class = letter == '[' || (in_class && letter != ']');
                ascii.push(letter);
            }
        }
    }
    ascii
}

fn escape(letter: Option<char>, in_class: bool, ascii: &mut String) {
    ascii.push_str(match letter {
        Some('d') => "[0-9]",
        Some('D') => "[^0-9]",
        Some('w') => "[0-9A-Za-z_]",
        Some('W') => "[^0-9A-Za-z_]",
        Some('s') => r"[\t\n\f\r\x20]",
        Some('S') => r"[^\t\n\f\r\x20]",
        Some('b') if !in_class => r"(?-u:\b)",
        other => {
            ascii.push('\\');
            return ascii.extend(other);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::super::{Language, Scope};

    fn evaluate(source: &str) -> String {
        let expression = Language::new(&[]).unwrap().compile(source).unwrap();
        let value = expression.evaluate(&Scope(&[])).unwrap().unwrap();
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn the_fields_of_a_timestamp_are_in_utc() {
        let time = r#"timestamp("2026-01-01T00:30:15.5+02:00")"#;
        for (function, expected) in [
            ("getFullYear()", "2025"),
            ("getMonth()", "11"),
            ("getDate()", "31"),
            ("getDayOfMonth()", "30"),
            ("getDayOfYear()", "364"),
            ("getDayOfWeek()", "3"),
            ("getHours()", "22"),
            ("getMinutes()", "30"),
            ("getSeconds()", "15"),
            ("getMilliseconds()", "500"),
            (r#"getHours("+02:00")"#, "0"),
            (r#"getFullYear("Europe/Berlin")"#, "2025"),
        ] {
            assert_eq!(evaluate(&format!("{time}.{function}")), expected, "{function}");
        }
        assert_eq!(evaluate(&format!("string({time})")), r#""2025-12-31T22:30:15.5Z""#);
        assert_eq!(evaluate(&format!(r#"({time} + duration("1h")).getHours()"#)), "23");
        assert_eq!(evaluate(&format!(r#"{time} == timestamp("2025-12-31T22:30:15.5Z")"#)), "true");
    }

    #[test]
    fn the_classes_of_a_regular_expression_are_ascii() {
        for (text, pattern, expected) in [
            ("7", r"^\d$", "true"),
            ("\u{663}", r"^\d$", "false"),
            ("\u{663}", r"^\D$", "true"),
            ("\u{663}", r"^[\d]$", "false"),
            ("\u{e9}", r"^\w$", "false"),
            ("\u{e9}", r"^[\w-]$", "false"),
            ("-", r"^[\w-]$", "true"),
            ("\u{e9}", r"^[^\w]$", "true"),
            ("\u{a0}", r"^\s$", "false"),
            (" ", r"^\s$", "true"),
            ("\u{e9}a", r"\ba", "true"),
            ("\u{e9}", r"^.$", "true"),
            ("\u{e9}", r"^\pL$", "true"),
            (r"\d", r"^\\d$", "true"),
            ("]b", r"^[\]]b$", "true"),
        ] {
            let literal: String = text.chars().map(|letter| format!("\\U{:08x}", letter as u32)).collect();
            assert_eq!(
                evaluate(&format!("\"{literal}\".matches(r'{pattern}')")),
                expected,
                "{text} {pattern}"
            );
            assert_eq!(
                evaluate(&format!("matches(\"{literal}\", r'{pattern}')")),
                expected,
                "{text} {pattern}"
            );
        }
    }
}
