//! JSON Pointers (RFC 6901), which locate values in schema files.

/// Escapes a reference token for a pointer.
pub fn escaped(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// The reference tokens of a pointer, unescaped.
pub fn tokens(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_with_special_characters_survive_escaping() {
        let names = ["properties", "a/b", "~", "~1", ""];
        let pointer: String = names.iter().map(|name| format!("/{}", escaped(name))).collect();
        assert_eq!(pointer, "/properties/a~1b/~0/~01/");
        assert_eq!(tokens(&pointer), names);
        assert_eq!(tokens(""), [""; 0]);
    }
}
