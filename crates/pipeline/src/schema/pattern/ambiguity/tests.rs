use super::repetition;

#[test]
fn a_repetition_that_can_take_exponential_time_is_found() {
    for (pattern, found) in [
        ("^([a-z]+)+$", "([a-z]+)+"),
        ("^(a*)*$", "(a*)*"),
        ("(?:a+b?)+$", "(?:a+b?)+"),
        ("^(a|a)*$", "(a|a)*"),
        ("^(a|ab|b)*$", "(a|ab|b)*"),
        (r"^(\w+\s?)*$", r"(\w+\s?)*"),
        (r"^(\s*\w+\s*)*$", r"(\s*\w+\s*)*"),
        (r"^(.*,)*x$", "(.*,)*"),
        ("^(a?b?)*$", "(a?b?)*"),
        ("^((a?)+b)*$", "((a?)+b)*"),
        ("^(a(|))*$", "(a(|))*"),
        ("^(?:a?|b){2,}(?:c|d+)*$|^(d+)*$", "(?:c|d+)*"),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "(([a-z])+.)+"),
        ("^(x+x+)+y$", "(x+x+)+"),
        ("^(a{1,5})+$", "(a{1,5})+"),
        ("^(a{1,30}){1,30}$", "(a{1,30}){1,30}"),
        ("^((a|a){9}){9}$", "(a|a){9}"),
        ("^(a|a){64}$", "(a|a){64}"),
        (r"^([^\d]|\D)+$", r"([^\d]|\D)+"),
        (r"^(\D|[٠-٩])+$", r"(\D|[٠-٩])+"),
        (r"^(\d|[0-9])+$", r"(\d|[0-9])+"),
        (r"^(\p{L}+|é+)*$", r"(\p{L}+|é+)*"),
        (r"^(.|\x{E9})*!$", r"(.|\x{E9})*"),
        ("^((25[0-5]|[01]?[0-9]?[0-9])\\.)+$", "((25[0-5]|[01]?[0-9]?[0-9])\\.)+"),
        ("^((?:[a-z]{20}|[a-z]{30})+,)*$", "(?:[a-z]{20}|[a-z]{30})+"),
        // Above a limit, the rounds are not distinguished.
        ("^(?:[a-z]{2000})*$", "(?:[a-z]{2000})*"),
    ] {
        assert_eq!(repetition(pattern), Some(found), "{pattern}");
    }
}

#[test]
fn other_patterns_are_accepted() {
    for pattern in [
        "",
        "^[a-z]+(-[a-z]+)*$",
        r"^\d{4}-\d{2}$",
        r"^([a-z0-9]+\.)+[a-z]{2,}$",
        "^(?:[a-z]+,)*[a-z]+$",
        "^([0-9a-f]{2})+$",
        "^([0-9a-f]{2}){16,64}$",
        "^([0-9a-f]{64},)*$",
        "^[^@]+@[^@]+$",
        r"^.+@.+\..+$",
        "^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$",
        "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
        r"^(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)$",
        r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$",
        r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$",
        r#"^"(?:[^"\\]|\\.)*"$"#,
        r"^(?:/(?:[^~/]|~[01])*)*$",
        r"^\w+(?:\s+\w+)*$",
        r"^\s*(?:\w+\s+)*\w+\s*$",
        "^(?:(a+)|b)?c*$",
        "^(?:a?)*$",
        "^(?:ab?)*$",
        "^(a+){1,3}$",
        "^(?:[^,]{0,900},)*$",
        "^(?:a{0,5000}b)*$",
        "^(?:AED|AFN|ALL|AMD|ANG)(?:,(?:AED|AFN|ALL|AMD|ANG))*$",
        // These take polynomial time.
        "a*a*a*$",
        "^.*foo.*$",
        r"\s+$",
    ] {
        assert_eq!(repetition(pattern), None, "{pattern}");
    }
}

#[test]
fn a_list_of_many_words_is_accepted() {
    let words: Vec<String> = (0..200).map(|number| format!("w{number:03}")).collect();
    assert_eq!(repetition(&format!("^(?:{},)*$", words.join(",|"))), None);
}

#[test]
fn the_patterns_of_all_formats_are_accepted() {
    for (name, format) in crate::schema::format::all() {
        let mistakes = crate::schema::shape::mistakes(&format.schema);
        assert!(mistakes.is_empty(), "{name}: {mistakes:?}");
    }
}
