use tablecast_tokens::TokenConfig;

use crate::facts::Facts;

/// Reads the keys of the issuers that `authorize` trusts, and returns those without usable keys.
pub async fn unusable(facts: &Facts) -> Vec<(String, String)> {
    let Some(authorize) = facts.deployed("authorize") else { return Vec::new() };
    let environment = &authorize.environment;
    // Without an environment, the permission to decrypt it is missing, which is a note already.
    if environment.is_empty() {
        return Vec::new();
    }
    match TokenConfig::read(&|name| environment.get(name).cloned()) {
        Ok(config) => config.unusable_keys().await,
        Err(error) => vec![("authorize".to_owned(), error.to_string())],
    }
}
