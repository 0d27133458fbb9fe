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
        if members.target.is_none() {
            violations.missing("target");
        }
        Self {
            source: source(members, violations),
            enrichment: function("enrichment", members.enrichment.as_deref(), violations),
            target: function("target", members.target.as_deref(), violations),
            role: role(members, violations),
            dead_letters: dead_letters(members, violations),
        }
    }
}

fn source(members: &Members, violations: &mut Violations) -> Option<Arn> {
    let Some(text) = &members.source else {
        violations.missing("source");
        return None;
    };
    let stream = Arn::parse(text).filter(Arn::is_dynamodb_stream);
    if stream.is_none() {
        violations.unsupported("source", text, SOURCES);
    }
    stream
}

fn function(path: &str, value: Option<&str>, violations: &mut Violations) -> Option<String> {
    let text = value?;
    match Arn::parse(text).filter(Arn::is_function) {
        Some(arn) => Some(arn.text),
        None => {
            violations.unsupported(path, text, FUNCTIONS);
            None
        }
    }
}

fn role(members: &Members, violations: &mut Violations) -> Option<String> {
    let Some(text) = &members.role_arn else {
        violations.missing("roleArn");
        return None;
    };
    if !Arn::parse(text).is_some_and(|arn| arn.is_role()) {
        violations.add_constraint("roleArn", text, "Member must be the ARN of an IAM role");
    }
    Some(text.clone())
}

/// Accepts only the defaults: a template without effect, and a call that waits for the response.
fn check_parameters(path: &str, parameters: &CallParameters, violations: &mut Violations) {
    match parameters.input_template.as_deref() {
        None | Some("" | "<$>") => (),
        Some(_) => violations.unsupported(&format!("{path}.inputTemplate"), "a template", "none, or <$>"),
    }
    match parameters.lambda.as_ref().and_then(|lambda| lambda.invocation_type.as_deref()) {
        None | Some("REQUEST_RESPONSE") => (),
        Some("FIRE_AND_FORGET") => {
            let path = format!("{path}.lambdaFunctionParameters.invocationType");
            violations.unsupported(&path, "FIRE_AND_FORGET", "REQUEST_RESPONSE");
        }
        Some(other) => {
            let path = format!("{path}.lambdaFunctionParameters.invocationType");
            violations.one_of(&path, other, &["REQUEST_RESPONSE", "FIRE_AND_FORGET"]);
        }
    }
    for name in parameters.others.keys() {
        violations.unsupported(path, name, "InputTemplate, and LambdaFunctionParameters of a target");
    }
}

fn dead_letters(members: &Members, violations: &mut Violations) -> Option<Arn> {
    let text = members.source_parameters.stream.as_ref()?.dead_letter_config.as_ref()?.arn.as_deref()?;
    let queue = Arn::parse(text).filter(|arn| arn.standard_queue().is_some());
    if queue.is_none() {
        let path = "sourceParameters.dynamoDBStreamParameters.deadLetterConfig.arn";
        violations.unsupported(path, text, QUEUES);
    }
    queue
}
