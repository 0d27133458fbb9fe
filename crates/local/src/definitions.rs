use tablecast_definitions::problem::DefinitionFile;

/// The texts of all pipe files and schemas at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definitions {
    pub pipes: Vec<DefinitionFile>,
    pub schemas: Vec<DefinitionFile>,
}
