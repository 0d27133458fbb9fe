use super::super::violations::Violations;
use super::members::{CallParameters, Members};
use crate::arn::Arn;

const SOURCES: &str = "DynamoDB streams (arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL)";
const FUNCTIONS: &str = "Lambda functions (arn:aws:lambda:REGION:ACCOUNT:function:NAME)";
const QUEUES: &str = "standard SQS queues (arn:aws:sqs:REGION:ACCOUNT:NAME)";

/// The resources that a pipe connects. Without violations, all required ones are present.
pub struct Ends {
    pub source: Option<Arn>,
    pub enrichment: Option<String>,
    pub target: Option<String>,
    pub role: Option<String>,
    /// The queue for dead letters.
    pub dead_letters: Option<Arn>,
}

impl Ends {
    pub fn parse(members: &Members, violations: &mut Violations) -> Self {
        check_parameters("enrichmentParameters", &members.enrichment_parameters, violations);
        check_parameters("targetParameters", &members.target_parameters, violations);
        Self {
            source: source(members, violations),
            enrichment: function("enrichment", members.enrichment.as_deref(), violations),
            target: function("target", members.target.as_deref(), violations),
            role: members.role_arn.clone(),
            dead_letters: dead_letters(members, violations),
        }
    }
}

/// Reports an ARN of a resource that only AWS supports. The model has reported texts that are no ARNs.
fn source(members: &Members, violations: &mut Violations) -> Option<Arn> {
    let arn = Arn::parse(members.source.as_ref()?)?;
    if !arn.is_dynamodb_stream() {
        violations.unsupported("source", &arn.text, SOURCES);
    }
    Some(arn)
}

fn function(path: &str, value: Option<&str>, violations: &mut Violations) -> Option<String> {
    let arn = Arn::parse(value?)?;
    if !arn.is_function() {
        violations.unsupported(path, &arn.text, FUNCTIONS);
    }
    Some(arn.text)
}

/// Accepts only the defaults: a template without effect, and a call that waits for the response.
fn check_parameters(path: &str, parameters: &CallParameters, violations: &mut Violations) {
    match parameters.input_template.as_deref() {
        None | Some("" | "<$>") => (),
        Some(_) => violations.unsupported(&format!("{path}.inputTemplate"), "a template", "none, or <$>"),
    }
    let call = parameters.lambda.as_ref().and_then(|lambda| lambda.invocation_type.as_deref());
    if call == Some("FIRE_AND_FORGET") {
        let path = format!("{path}.lambdaFunctionParameters.invocationType");
        violations.unsupported(&path, "FIRE_AND_FORGET", "REQUEST_RESPONSE");
    }
}

fn dead_letters(members: &Members, violations: &mut Violations) -> Option<Arn> {
    let text = members.source_parameters.stream.as_ref()?.dead_letter_config.as_ref()?.arn.as_deref()?;
    let arn = Arn::parse(text)?;
    if arn.standard_queue().is_none() {
        let path = "sourceParameters.dynamoDBStreamParameters.deadLetterConfig.arn";
        violations.unsupported(path, text, QUEUES);
    }
    Some(arn)
}
