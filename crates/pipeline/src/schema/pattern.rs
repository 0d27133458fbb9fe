//! Patterns in ECMA-262 syntax with the flag `u`, as JSON Schema defines them. Clients compile them with
//! their own engine. The server translates them, so that both accept the same texts.
//!
//! # Layout
//! - `parser`: reads alternatives, groups and repetitions
//! - `reader`: the text as it is read, and the translation
//! - `escape`: reads what follows a backslash
//! - `class`: reads `[...]`
//! - `property`: Unicode properties that both engines know
//! - `ambiguity`: repetitions with which clients would hang

mod ambiguity;
mod class;
mod escape;
mod parser;
mod property;
mod reader;

use parser::Parser;

/// Translates a pattern for the server's engine, or returns why it cannot. Most patterns stay as they are.
/// Look-around and back-references are refused, because this engine takes linear time.
pub fn translated(pattern: &str) -> Result<String, String> {
    Parser::new(pattern).pattern()
}

/// Returns why a schema cannot have this pattern.
pub fn mistake(pattern: &str) -> Option<String> {
    match translated(pattern) {
        Err(reason) => Some(reason),
        Ok(translated) => ambiguity::repetition(&translated).map(ambiguous),
    }
}

/// Clients match in JavaScript, whose engine backtracks.
fn ambiguous(repetition: &str) -> String {
    format!(
        "{repetition} makes JavaScript clients hang on some texts, because its rounds can match one text in several \
         ways: write a separator between them, such as [a-z]+(-[a-z]+)*"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_patterns_stay_as_they_are() {
        for pattern in [
            "",
            "^[0-9]{1,3}$",
            "^a.b|c+?$",
            r"^\d+\s\w*\S\.\/$",
            r"\p{L}\P{Nd}",
            "(?:a|b){2,}",
            "^[^a-z_./ ]+$",
            "x*y",
            r"[\d\-]",
            "é+",
            r"\t\n\x41",
            r"^\$\{",
            "^[a-zA-Z0-9][a-zA-Z0-9+.]*$",
            r"\p{Script=Greek}",
        ] {
            assert_eq!(translated(pattern).as_deref(), Ok(pattern));
        }
    }

    #[test]
    fn syntax_that_means_another_thing_is_translated() {
        for (pattern, expected) in [
            (r"\bé\b", r"(?-u:\b)é(?-u:\b)"),
            (r"\u{1F600}\uD83D\uDE00", r"\x{1F600}\x{1F600}"),
            (r"\0\cA", r"\x{0}\x{1}"),
            ("(?<year>a)", "(a)"),
            ("[&&][a~~b][+--]", r"[\&\&][a\~\~b][+-\-]"),
            (r"[\b]", r"[\x{8}]"),
            ("[a[b^-]", r"[a\[b\^\-]"),
        ] {
            assert_eq!(translated(pattern).as_deref(), Ok(expected), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_with_which_clients_would_hang_is_refused() {
        let reason = "([a-z]+)+ makes JavaScript clients hang on some texts, because its rounds can match one \
            text in several ways: write a separator between them, such as [a-z]+(-[a-z]+)*";
        assert_eq!(mistake("^([a-z]+)+$").as_deref(), Some(reason));
        assert_eq!(mistake(r"^(?<word>\b[a-z]+)(?:-[a-z]+)*$"), None);
        assert!(mistake(r"^(?<word>(?:\u0061|\x61)+)$").is_some());
        assert_eq!(mistake(r"\z"), translated(r"\z").err());
    }

    #[test]
    fn other_syntax_is_refused_with_what_to_write() {
        for (pattern, reason) in [
            (r"(?i)^[a-z]+\z", r"(?i is no group of ECMA-262: write the letters in both cases, such as [Aa]"),
            (r"^[a-z]+\z", r"\z is no escape of ECMA-262: use $ for the end of the text"),
            (r"\A", r"\A is no escape of ECMA-262: use ^ for the start of the text"),
            (r"\-", r"\- is no escape of ECMA-262 here: remove the backslash"),
            (r"\p{Han}", r"\p{Han} is no property that server and clients know: use \p{Script=Han}"),
            (r"\pL", r"\p needs a property in braces, such as \p{L}"),
            ("(?=a)b", "(?= is a lookaround, and the engine of the server has none"),
            ("(?<!a)b", "(?<! is a lookaround, and the engine of the server has none"),
            (r"(a)\1", r"\1 is a backreference, and the engine of the server has none"),
            (r"\B", r"\B is not supported by the server"),
            ("(?P<a>b)", "(?P is no group of ECMA-262: use (?<name>...)"),
            ("a**", "* repeats nothing: escape it with a backslash"),
            ("^*", "* repeats nothing: escape it with a backslash"),
            ("a{2,1}", "{2,1} has a minimum above its maximum"),
            ("a{,2}", "{ is not a repetition such as {2,3}: escape it with a backslash"),
            ("a{1", "{ is not a repetition such as {2,3}: escape it with a backslash"),
            ("}", "} has no partner: escape it with a backslash"),
            ("a]", "] has no partner: escape it with a backslash"),
            ("a)", ") has no partner: escape it with a backslash"),
            ("(a", "( has no partner: escape it with a backslash"),
            ("[a", "[ has no partner: escape it with a backslash"),
            ("[]", "[] is empty: name the characters"),
            ("[^]", "[^] is empty: name the characters"),
            ("[z-a]", "z-a is no range: its start is after its end"),
            (r"[\w-z]", r"- after \w is no range: escape it with a backslash"),
            (r"\uD83D", r"\uD83D is half of a character"),
            ("(?<1>a)", "(?< needs a name of letters, such as (?<year>...)"),
            ("(?<a>a)(?<a>b)", "(?<a> has a name that another group has"),
            (r"a\", r"\ has no partner: escape it with a backslash"),
        ] {
            assert_eq!(translated(pattern), Err(reason.to_owned()), "{pattern}");
        }
        assert!(translated(&"(".repeat(100_000)).is_err());
    }
}
