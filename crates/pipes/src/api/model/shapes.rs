use super::form::{self, Form};
use super::{Member, Shape};

pub const DESIRED_STATES: [&str; 2] = ["RUNNING", "STOPPED"];
pub const CURRENT_STATES: [&str; 15] = [
    "RUNNING",
    "STOPPED",
    "CREATING",
    "UPDATING",
    "DELETING",
    "STARTING",
    "STOPPING",
    "CREATE_FAILED",
    "UPDATE_FAILED",
    "START_FAILED",
    "STOP_FAILED",
    "DELETE_FAILED",
    "CREATE_ROLLBACK_FAILED",
    "DELETE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_FAILED",
];

/// CreatePipe. The name is in the path.
pub static CREATE_PIPE: [Member; 12] = [
    required("Source", arn(form::ARN)),
    required("Target", arn(form::ARN)),
    required("RoleArn", arn(form::ROLE)),
    optional("SourceParameters", Shape::Structure(&CREATE_SOURCE)),
    DESCRIPTION,
    DESIRED_STATE,
    ENRICHMENT,
    ENRICHMENT_PARAMETERS,
    TARGET_PARAMETERS,
    LOG_CONFIGURATION,
    KMS_KEY,
    optional("Tags", Shape::Other),
];

/// UpdatePipe: the source and the starting position do not change.
pub static UPDATE_PIPE: [Member; 10] = [
    required("RoleArn", arn(form::ROLE)),
    optional("Target", arn(form::ARN)),
    optional("SourceParameters", Shape::Structure(&UPDATE_SOURCE)),
    DESCRIPTION,
    DESIRED_STATE,
    ENRICHMENT,
    ENRICHMENT_PARAMETERS,
    TARGET_PARAMETERS,
    LOG_CONFIGURATION,
    KMS_KEY,
];

const DESCRIPTION: Member = optional("Description", Shape::Text(0..=512, form::ONE_LINE));
const DESIRED_STATE: Member = optional("DesiredState", Shape::OneOf(&DESIRED_STATES));
const ENRICHMENT: Member = optional("Enrichment", Shape::Text(0..=1_600, form::ARN_OR_NONE));
const ENRICHMENT_PARAMETERS: Member = optional("EnrichmentParameters", Shape::Structure(&[INPUT_TEMPLATE]));
const TARGET_PARAMETERS: Member =
    optional("TargetParameters", Shape::Structure(&[INPUT_TEMPLATE, FUNCTION_PARAMETERS]));
const LOG_CONFIGURATION: Member = optional("LogConfiguration", Shape::Structure(&LOG));
const KMS_KEY: Member = optional("KmsKeyIdentifier", Shape::Text(0..=2_048, form::KEY));
const INPUT_TEMPLATE: Member = optional("InputTemplate", Shape::Text(0..=8_192, form::ANY));
const FUNCTION_PARAMETERS: Member =
    optional("LambdaFunctionParameters", Shape::Structure(&[INVOCATION_TYPE]));
const INVOCATION_TYPE: Member =
    optional("InvocationType", Shape::OneOf(&["REQUEST_RESPONSE", "FIRE_AND_FORGET"]));
const FILTER_CRITERIA: Member = optional("FilterCriteria", Shape::Structure(&[FILTERS]));
const FILTERS: Member = optional("Filters", Shape::List(0..=5, &Shape::Structure(&[PATTERN])));
const PATTERN: Member = optional("Pattern", Shape::Text(0..=4_096, form::ANY));

static CREATE_SOURCE: [Member; 2] = [
    FILTER_CRITERIA,
    optional(
        "DynamoDBStreamParameters",
        Shape::Structure(&[
            required("StartingPosition", Shape::OneOf(&["TRIM_HORIZON", "LATEST"])),
            BATCH_SIZE,
            DEAD_LETTERS,
            PARTIAL_FAILURE,
            WINDOW,
            RECORD_AGE,
            RETRIES,
            PARALLEL,
        ]),
    ),
];

static UPDATE_SOURCE: [Member; 2] = [
    FILTER_CRITERIA,
    optional(
        "DynamoDBStreamParameters",
        Shape::Structure(&[BATCH_SIZE, DEAD_LETTERS, PARTIAL_FAILURE, WINDOW, RECORD_AGE, RETRIES, PARALLEL]),
    ),
];

const BATCH_SIZE: Member = optional("BatchSize", Shape::Number(1..=10_000));
const DEAD_LETTERS: Member =
    optional("DeadLetterConfig", Shape::Structure(&[optional("Arn", arn(form::ARN))]));
const PARTIAL_FAILURE: Member = optional("OnPartialBatchItemFailure", Shape::OneOf(&["AUTOMATIC_BISECT"]));
const WINDOW: Member = optional("MaximumBatchingWindowInSeconds", Shape::Number(0..=300));
const RECORD_AGE: Member = optional("MaximumRecordAgeInSeconds", Shape::Number(-1..=604_800));
const RETRIES: Member = optional("MaximumRetryAttempts", Shape::Number(-1..=10_000));
const PARALLEL: Member = optional("ParallelizationFactor", Shape::Number(1..=10));

static LOG: [Member; 5] = [
    required("Level", Shape::OneOf(&["OFF", "ERROR", "INFO", "TRACE"])),
    optional("IncludeExecutionData", Shape::List(0..=usize::MAX, &Shape::OneOf(&["ALL"]))),
    optional(
        "CloudwatchLogsLogDestination",
        Shape::Structure(&[required("LogGroupArn", arn(form::LOG_GROUP))]),
    ),
    optional(
        "FirehoseLogDestination",
        Shape::Structure(&[required("DeliveryStreamArn", arn(form::DELIVERY_STREAM))]),
    ),
    optional(
        "S3LogDestination",
        Shape::Structure(&[
            required("BucketName", Shape::Text(3..=63, form::ANY)),
            required("BucketOwner", Shape::Text(0..=usize::MAX, form::ACCOUNT)),
            optional("OutputFormat", Shape::OneOf(&["json", "plain", "w3c"])),
            optional("Prefix", Shape::Text(0..=256, form::ANY)),
        ]),
    ),
];

const fn arn(form: Form) -> Shape {
    Shape::Text(1..=1_600, form)
}

const fn required(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, is_required: true }
}

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, is_required: false }
}
