//! JSON Pointers (RFC 6901): where something is in a schema's file.

/// A step, as it is written between slashes.
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// The steps of a pointer, as they are called in the file.
pub fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_found_again_whatever_they_are_called() {
        let names = ["properties", "a/b", "~", "~1", ""];
        let pointer: String = names.iter().map(|name| format!("/{}", escaped(name))).collect();
        assert_eq!(pointer, "/properties/a~1b/~0/~01/");
        assert_eq!(steps(&pointer), names);
        assert_eq!(steps(""), [""; 0]);
    }
}
