use std::collections::BTreeMap;

use super::reading::Reading;

/// A function that a deployment can have.
#[derive(Debug, Clone)]
pub struct Function {
    /// `dispatch`
    pub name: &'static str,
    /// The version that the alias `live` serves.
    pub deployed: Reading<Deployed>,
    /// The hash of the newest package.
    pub newest: Option<String>,
    /// None reserves nothing.
    pub reserved: Reading<Option<u64>>,
    /// True if the alias sends a share of the invocations to another version.
    pub has_canary: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Deployed {
    pub version: String,
    /// `Active`, `Inactive`, `Pending` or `Failed`.
    pub state: String,
    pub state_reason: String,
    /// `Successful`, `InProgress` or `Failed`.
    pub update: String,
    pub update_reason: String,
    /// The SHA-256 of the package in base64.
    pub package: String,
    pub environment: BTreeMap<String, String>,
}

impl Deployed {
    /// The bus on which `dispatch` publishes.
    pub fn bus_name(&self) -> Option<&str> {
        self.environment.get("BUS_NAME").map(String::as_str)
    }
}

/// The concurrent executions of all functions of the account.
#[derive(Debug, Clone, Copy)]
pub struct Concurrency {
    pub limit: u64,
    /// The executions that no function has reserved.
    pub unreserved: u64,
}

/// The zip of a function in the folder.
#[derive(Debug, Clone)]
pub struct Package {
    pub function: String,
    /// The SHA-256 of the zip in base64.
    pub hash: String,
    /// Definitions of the folder that the zip does not have, has in another form, or has too.
    pub differences: Vec<String>,
}
