//! The functions of an expression, for suggestions.

use tablecast_values::similar::closest;

const FUNCTIONS: [&str; 45] = [
    "size",
    "string",
    "int",
    "uint",
    "double",
    "bool",
    "bytes",
    "type",
    "dyn",
    "timestamp",
    "duration",
    "matches",
    "contains",
    "startsWith",
    "endsWith",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "trim",
    "replace",
    "split",
    "substring",
    "format",
    "reverse",
    "strings.quote",
    "optional.of",
    "optional.none",
    "optional.ofNonZeroValue",
    "orValue",
    "or",
    "hasValue",
    "value",
    "getFullYear",
    "getMonth",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getHours",
    "getMinutes",
    "getSeconds",
    "getMilliseconds",
];

/// CEL expands these names, if the call has the form that follows.
const MACROS: [(&str, &str); 8] = [
    ("has", "has(new.bio)"),
    ("all", "list.all(x, x > 0)"),
    ("exists", "list.exists(x, x > 0)"),
    ("exists_one", "list.exists_one(x, x > 0)"),
    ("map", "list.map(x, x.name)"),
    ("filter", "list.filter(x, x > 0)"),
    ("optMap", "optional.optMap(x, x.name)"),
    ("optFlatMap", "optional.optFlatMap(x, x.?name)"),
];

/// Names of functions in other languages, and CEL's.
const ALIASES: [(&str, &str); 18] = [
    ("lower", "lowerAscii"),
    ("toLower", "lowerAscii"),
    ("toLowerCase", "lowerAscii"),
    ("upper", "upperAscii"),
    ("toUpper", "upperAscii"),
    ("toUpperCase", "upperAscii"),
    ("length", "size"),
    ("len", "size"),
    ("count", "size"),
    ("includes", "contains"),
    ("begins_with", "startsWith"),
    ("substr", "substring"),
    ("slice", "substring"),
    ("quote", "strings.quote"),
    ("toString", "string"),
    ("parseInt", "int"),
    ("parseFloat", "double"),
    ("attribute_exists", "has"),
];

/// Why there is no such function, and what to write.
pub fn unknown_function(name: &str) -> String {
    if let Some((_, form)) = MACROS.iter().find(|(known, _)| *known == name) {
        return format!("{name} is written in another form: {form}");
    }
    let foreign = ALIASES.map(|(other, _)| other);
    let known = FUNCTIONS.into_iter().chain(MACROS.map(|(name, _)| name)).chain(foreign);
    let ours = |similar: &'static str| {
        ALIASES.iter().find(|(other, _)| *other == similar).map_or(similar, |(_, ours)| *ours)
    };
    match closest(name, known).map(ours) {
        Some(similar) => format!("there is no function {name}. Did you mean {similar}?"),
        None => format!("there is no function {name}: docs/reference/pipe-file.md lists the functions"),
    }
}

/// Why there is no such variable, and what to write.
pub fn unknown_variable(name: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match closest(name, known.iter().copied()) {
        Some(similar) => format!("{name} is not known. Did you mean {similar}? There are {all}"),
        None if known.contains(&"item") => {
            format!("{name} is not known: there are {all}. Write an attribute as item.{name}")
        }
        None => format!("{name} is not known: there are {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Language;
    use super::*;

    #[test]
    fn every_suggested_function_exists() {
        let language = Language::new(&["item"]).unwrap();
        let aliases = ALIASES.map(|(_, ours)| ours).into_iter().filter(|name| *name != "has");
        for name in FUNCTIONS.into_iter().chain(aliases) {
            assert!(language.has_function(name), "{name}");
        }
        for (name, form) in MACROS {
            let source =
                form.replace("list", "item.list").replace("new", "item").replace("optional", "item.?a");
            assert!(language.compile(&source).is_ok(), "{name}: {source}");
        }
    }

    #[test]
    fn an_attribute_without_its_item_is_suggested() {
        let language = Language::new(&["operation", "item"]).unwrap();
        let reason = language.compile("status == \"PAID\"").unwrap_err();
        assert_eq!(
            reason,
            "status is not known: there are operation, item. Write an attribute as item.status"
        );
    }
}
