use tablecast_protocol::subject::MAX_SEGMENTS;

use super::form::{Form, optional, required, required_without};

const KEY: Form = Form::Names(&Form::Choice(&["S", "N", "B"]));

const RULE: Form =
    Form::Keys(&[required("type", Form::Text), optional("when", Form::Text), required("data", Form::Tree)]);

const STATE: Form = Form::Keys(&[
    required("type", Form::Text),
    optional("when", Form::Text),
    optional("version", Form::Text),
    required("data", Form::Tree),
    optional("removed", Form::Tree),
]);

const TEST: Form = Form::Keys(&[
    required("record", Form::Text),
    optional("emits", Form::ListOf(&Form::Text)),
    optional("filtered", Form::Boolean),
]);

const GRANT_TEST: Form =
    Form::Keys(&[required("claims", Form::Names(&Form::Any)), required("grants", Form::ListOf(&Form::Text))]);

pub const PIPE_FILE: Form = Form::Keys(&[
    required("table", Form::Text),
    optional("keys", Form::Keys(&[required("partition", KEY), optional("sort", KEY)])),
    optional(
        "stream",
        Form::Keys(&[
            optional("start", Form::Choice(&["TRIM_HORIZON", "LATEST"])),
            optional("batch", Form::Whole(0..=u16::MAX as i128)),
            optional("window", Form::Duration),
            optional("retries", Form::Whole(0..=u16::MAX as i128)),
            optional("max_age", Form::Duration),
            optional("parallel", Form::Whole(0..=u8::MAX as i128)),
            optional("bisect", Form::Boolean),
        ]),
    ),
    optional("filter", Form::ListOf(&Form::Pattern)),
    optional("let", Form::Names(&Form::Text)),
    required("subject", Form::Text),
    optional("trace", Form::Text),
    optional("grant", Form::TextOrTexts),
    required_without("events", Form::ListOf(&RULE), "state"),
    optional("state", STATE),
    optional(
        "log",
        Form::Keys(&[
            optional("keep", Form::Duration),
            optional("channel", Form::Whole(1..=MAX_SEGMENTS as i128)),
        ]),
    ),
    optional("bus", Form::Boolean),
    optional("tests", Form::ListOf(&TEST)),
    optional("grant_tests", Form::ListOf(&GRANT_TEST)),
]);
