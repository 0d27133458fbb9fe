/// Names that the user chooses.
#[derive(Debug, Clone, Default)]
pub struct ProposalOptions {
    /// The pipe's name. By default it comes from the table's name.
    pub pipe: Option<String>,
    /// The name of one item. By default it comes from the table's name.
    pub entity: Option<String>,
    /// The beginning of each schema's `$id`, with a slash at its end.
    pub id_prefix: String,
}
