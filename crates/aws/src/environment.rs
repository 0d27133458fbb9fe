use std::env;

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("environment variable {0} is not set. Terraform and `tablecast local` set it for each function.")]
pub struct MissingVariable(&'static str);

/// Reads an environment variable that must be set.
pub fn variable(name: &'static str) -> Result<String, MissingVariable> {
    env::var(name).map_err(|_| MissingVariable(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_names_the_missing_variable() {
        let error = variable("TABLECAST_NO_SUCH_VARIABLE").unwrap_err();
        assert!(error.to_string().contains("TABLECAST_NO_SUCH_VARIABLE"), "{error}");
    }
}
