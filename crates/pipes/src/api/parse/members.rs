use serde::Deserialize;
use tablecast_definitions::definition::StartingPosition;

/// The parameters that matter to a running pipe. The API describes LogConfiguration and KmsKeyIdentifier
/// without using them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Members {
    pub source: Option<String>,
    pub source_parameters: SourceParameters,
    pub enrichment: Option<String>,
    pub enrichment_parameters: CallParameters,
    pub target: Option<String>,
    pub target_parameters: CallParameters,
    pub role_arn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SourceParameters {
    #[serde(rename = "DynamoDBStreamParameters")]
    pub stream: Option<StreamParameters>,
    pub filter_criteria: FilterCriteria,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StreamParameters {
    pub starting_position: Option<String>,
    pub batch_size: Option<i64>,
    pub maximum_batching_window_in_seconds: Option<i64>,
    pub maximum_record_age_in_seconds: Option<i64>,
    pub maximum_retry_attempts: Option<i64>,
    pub parallelization_factor: Option<i64>,
    pub on_partial_batch_item_failure: Option<String>,
    pub dead_letter_config: Option<DeadLetterConfig>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeadLetterConfig {
    pub arn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct FilterCriteria {
    pub filters: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Pattern {
    pub pattern: Option<String>,
}

/// The parameters of an enrichment or a target.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct CallParameters {
    pub input_template: Option<String>,
    #[serde(rename = "LambdaFunctionParameters")]
    pub lambda: Option<FunctionParameters>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct FunctionParameters {
    pub invocation_type: Option<String>,
}

impl StreamParameters {
    pub fn start(&self) -> StartingPosition {
        match self.starting_position.as_deref() {
            Some("LATEST") => StartingPosition::Latest,
            _ => StartingPosition::TrimHorizon,
        }
    }
}
