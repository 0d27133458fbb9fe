//! Names that are no variables.

/// Names that CEL defines: its types, and the namespaces of its functions.
const NAMESPACES: [&str; 12] = [
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "optional",
    "string",
    "strings",
    "type",
    "uint",
];

pub fn is_namespace(name: &str) -> bool {
    NAMESPACES.contains(&name)
}
