//! The forms of texts: AWS's regular expressions, and functions that match the same texts.

/// The form of a text.
pub struct Form {
    /// The regular expression of AWS's model, for messages.
    pub pattern: &'static str,
    pub matches: fn(&str) -> bool,
}

pub const ANY: Form = Form { pattern: r"[\s\S]*", matches: |_| true };
/// A dot matches no line break.
pub const ONE_LINE: Form = Form { pattern: ".*", matches: |text| !text.contains(['\n', '\r']) };
pub const NAME: Form = Form {
    pattern: r"[\.\-_A-Za-z0-9]+",
    matches: |text| !text.is_empty() && text.chars().all(|letter| is_word(letter, ".-_")),
};
pub const ACCOUNT: Form = Form { pattern: r"\d{12}", matches: is_account };
pub const KEY: Form = Form {
    pattern: r"[a-zA-Z0-9_\-/:]*",
    matches: |text| text.chars().all(|letter| is_word(letter, "_-/:")),
};
pub const ARN: Form = Form {
    pattern: r"arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)",
    matches: is_arn,
};
/// An empty text removes the member.
pub const ARN_OR_NONE: Form = Form {
    pattern: r"$|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?)?:(\d{12})?:(.+)",
    matches: |text| text.is_empty() || is_arn(text),
};
pub const ROLE: Form =
    Form { pattern: r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z0-9+=,.@\-_/]+", matches: is_role };
pub const LOG_GROUP: Form = Form {
    pattern: r"(^arn:aws([a-z]|\-)*:logs:([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?):(\d{12}):log-group:[\.\-_/#A-Za-z0-9]{1,512}(:\*)?)",
    matches: |text| {
        resource(text, "logs", "log-group:")
            .is_some_and(|name| is_name(name.strip_suffix(":*").unwrap_or(name), ".-_/#", 512))
    },
};
pub const DELIVERY_STREAM: Form = Form {
    pattern: r"(^arn:aws([a-z]|\-)*:firehose:([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\d{1})?):(\d{12}):deliverystream/[a-zA-Z0-9_.-]{1,64})",
    matches: |text| {
        resource(text, "firehose", "deliverystream/").is_some_and(|name| is_name(name, "_.-", 64))
    },
};

fn is_word(letter: char, more: &str) -> bool {
    letter.is_ascii_alphanumeric() || more.contains(letter)
}

fn is_name(text: &str, more: &str, maximum: usize) -> bool {
    (1..=maximum).contains(&text.len()) && text.chars().all(|letter| is_word(letter, more))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Matches `eu-central-1`, `us-gov-west-1` and `us-isob-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let letters = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |text: &str| text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_variant = |text: &str| {
        matches!(text, "gov" | "de")
            || text
                .strip_prefix("iso")
                .is_some_and(|rest| rest.len() < 2 && (rest.is_empty() || letters(rest)))
    };
    let starts = |text: &str| letters(text) && (2..=4).contains(&text.len());
    match parts[..] {
        [start, area] => starts(start) && letters(area),
        [start, area, number] if is_number(number) => starts(start) && letters(area),
        [start, variant, area] => starts(start) && is_variant(variant) && letters(area),
        [start, variant, area, number] => {
            starts(start) && is_variant(variant) && letters(area) && is_number(number)
        }
        _ => false,
    }
}

fn is_arn(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, account, resource] = parts[..] else { return false };
    let is_partition =
        partition.strip_prefix("aws").is_some_and(|rest| rest.chars().all(|letter| is_word(letter, "-")));
    is_partition
        && is_name(service, "-", usize::MAX)
        && (region.is_empty() || is_region(region))
        && (account.is_empty() || is_account(account))
        && !resource.is_empty()
        && (ONE_LINE.matches)(resource)
}

fn is_role(text: &str) -> bool {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts[..] else { return false };
    let plain = |rest: &str| rest.chars().all(|letter| letter.is_ascii_alphabetic() || letter == '-');
    let is_partition = partition.is_empty() || partition.strip_prefix("aws").is_some_and(plain);
    let name = resource.strip_prefix("role").map(|name| name.strip_prefix('/').unwrap_or(name));
    is_partition && is_account(account) && name.is_some_and(|name| is_name(name, "+=,.@-_/", usize::MAX))
}

/// Returns the name of a resource of this service, with the region and the account that it must have.
fn resource<'a>(text: &'a str, service: &str, kind: &str) -> Option<&'a str> {
    let parts: Vec<_> = text.splitn(6, ':').collect();
    let ["arn", partition, arn_service, region, account, resource] = parts[..] else { return None };
    let rest = partition.strip_prefix("aws")?;
    let is_partition = rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let is_placed = is_partition && arn_service == service && is_region(region) && is_account(account);
    resource.strip_prefix(kind).filter(|_| is_placed)
}
