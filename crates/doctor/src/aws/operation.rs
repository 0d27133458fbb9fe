//! Every request of the doctor. All of them only read.

use crate::code::Part;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    DynamoDb,
    Lambda,
    Sqs,
    Pipes,
    CloudWatch,
    ApiGateway,
    EventBridge,
}

/// A request, and the permission that it needs.
#[derive(Debug, PartialEq, Eq)]
pub struct Operation {
    pub name: &'static str,
    pub service: Service,
    pub permission: &'static str,
    /// The resource of the permission, without `arn:aws:`. `{name}` stands for the deployment.
    pub resource: &'static str,
    /// The part of a deployment that nobody knows without it.
    pub part: Part,
}

macro_rules! operations {
    ($($constant:ident = $name:literal, $service:ident, $permission:literal, $resource:literal, $part:ident;)*) => {
        pub mod operations {
            use super::{Operation, Part, Service};
            $(pub const $constant: &Operation = &Operation {
                name: $name,
                service: Service::$service,
                permission: $permission,
                resource: $resource,
                part: Part::$part,
            };)*
        }
        pub const OPERATIONS: &[&Operation] = &[$(operations::$constant),*];
    };
}

operations! {
    LIST_PIPES = "ListPipes", Pipes, "pipes:ListPipes", "*", Pipes;
    DESCRIBE_PIPE = "DescribePipe", Pipes, "pipes:DescribePipe", "pipes:*:*:pipe/{name}-*", Pipes;
    DESCRIBE_TABLE = "DescribeTable", DynamoDb, "dynamodb:DescribeTable", "dynamodb:*:*:table/*", Streams;
    DESCRIBE_EXPIRY = "DescribeTimeToLive", DynamoDb, "dynamodb:DescribeTimeToLive", "dynamodb:*:*:table/*", Tables;
    DESCRIBE_BACKUPS = "DescribeContinuousBackups", DynamoDb, "dynamodb:DescribeContinuousBackups", "dynamodb:*:*:table/*", Tables;
    QUERY = "Query", DynamoDb, "dynamodb:Query", "dynamodb:*:*:table/{name}-rejected", Records;
    GET_QUEUE_URL = "GetQueueUrl", Sqs, "sqs:GetQueueUrl", "sqs:*:*:{name}-*", DeadLetters;
    GET_QUEUE_ATTRIBUTES = "GetQueueAttributes", Sqs, "sqs:GetQueueAttributes", "sqs:*:*:{name}-*", DeadLetters;
    DESCRIBE_ALARMS = "DescribeAlarms", CloudWatch, "cloudwatch:DescribeAlarms", "*", Alarms;
    GET_METRIC_DATA = "GetMetricData", CloudWatch, "cloudwatch:GetMetricData", "*", Events;
    GET_FUNCTION = "GetFunctionConfiguration", Lambda, "lambda:GetFunctionConfiguration", "lambda:*:*:function:{name}-*", Functions;
    GET_ALIAS = "GetAlias", Lambda, "lambda:GetAlias", "lambda:*:*:function:{name}-*", Functions;
    GET_CONCURRENCY = "GetFunctionConcurrency", Lambda, "lambda:GetFunctionConcurrency", "lambda:*:*:function:{name}-*", Functions;
    GET_ACCOUNT = "GetAccountSettings", Lambda, "lambda:GetAccountSettings", "*", Functions;
    GET_APIS = "GetApis", ApiGateway, "apigateway:GET", "apigateway:*::/apis", Clients;
    GET_STAGE = "GetStage", ApiGateway, "apigateway:GET", "apigateway:*::/apis/*", Clients;
    DESCRIBE_BUS = "DescribeEventBus", EventBridge, "events:DescribeEventBus", "*", Bus;
    LIST_RULES = "ListRules", EventBridge, "events:ListRules", "*", Bus;
}

impl Service {
    /// The name that AWS_ENDPOINT_URL_... and profiles use.
    pub fn id(self) -> &'static str {
        match self {
            Self::DynamoDb => "DynamoDB",
            Self::Lambda => "Lambda",
            Self::Sqs => "SQS",
            Self::Pipes => "Pipes",
            Self::CloudWatch => "CloudWatch",
            Self::ApiGateway => "ApiGatewayV2",
            Self::EventBridge => "EventBridge",
        }
    }

    /// The first part of its host name, and its name in a signature.
    pub fn host_and_signer(self) -> (&'static str, &'static str) {
        match self {
            Self::DynamoDb => ("dynamodb", "dynamodb"),
            Self::Lambda => ("lambda", "lambda"),
            Self::Sqs => ("sqs", "sqs"),
            Self::Pipes => ("pipes", "pipes"),
            Self::CloudWatch => ("monitoring", "monitoring"),
            Self::ApiGateway => ("apigateway", "apigateway"),
            Self::EventBridge => ("events", "events"),
        }
    }

    /// The version of JSON, and the prefix of the header X-Amz-Target. None for services with a path for each
    /// resource.
    pub fn target(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::DynamoDb => Some(("1.0", "DynamoDB_20120810")),
            Self::Sqs => Some(("1.0", "AmazonSQS")),
            Self::CloudWatch => Some(("1.0", "GraniteServiceVersion20100801")),
            Self::EventBridge => Some(("1.1", "AWSEvents")),
            Self::Lambda | Self::Pipes | Self::ApiGateway => None,
        }
    }
}
