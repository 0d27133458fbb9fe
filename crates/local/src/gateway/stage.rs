/// The stage that events and policies name.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The id of the API, such as `abcd123`.
    pub api_id: String,
    pub name: String,
    /// The host of the endpoint, without scheme or path.
    pub domain_name: String,
    /// The prefix of the ARNs in the policies of authorizers: `arn:aws:execute-api:<region>:<account>:<api>`.
    pub execution_arn: String,
}
