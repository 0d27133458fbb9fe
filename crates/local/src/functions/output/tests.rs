use super::*;

fn line(level: Level, text: &str) -> Line {
    Line { level, text: text.to_owned() }
}

async fn lines_of(output: &[u8]) -> Vec<Vec<u8>> {
    let mut output = BufReader::new(output);
    let mut lines = Vec::new();
    while let Some(line) = next_line(&mut output).await {
        lines.push(line);
    }
    lines
}

#[test]
fn a_json_line_keeps_its_level_message_and_fields() {
    let nested =
        br#"{"timestamp":"t","level":"WARN","fields":{"message":"gone","connection":"a=","n":3},"target":"d"}"#;
    assert_eq!(Line::read(nested), line(Level::WARN, "gone connection=a= n=3"));
    let flat = br#"{"timestamp":"t","level":"ERROR","message":"lost","entries":[1],"target":"d"}"#;
    assert_eq!(Line::read(flat), line(Level::ERROR, "lost entries=[1]"));
    assert_eq!(Line::read(br#"{"level":"DEBUG","a":1}"#), line(Level::DEBUG, "a=1"));
}

#[test]
fn metrics_with_the_value_0_are_omitted() {
    let metrics =
        br#"{"level":"INFO","message":"batch dispatched","Pipe":"orders","Records":3,"Gone":0,"Lag":87,
        "span":{"requestId":"r"},"_aws":{"Timestamp":1,"CloudWatchMetrics":[]}}"#;
    assert_eq!(Line::read(metrics), line(Level::INFO, "batch dispatched Lag=87 Pipe=orders Records=3"));
    assert_eq!(Line::read(br#"{"level":"INFO","retries":0}"#), line(Level::INFO, "retries=0"));
}

#[test]
fn any_other_line_is_text() {
    assert_eq!(Line::read(b"thread 'main' panicked"), line(Level::INFO, "thread 'main' panicked"));
    assert_eq!(Line::read(b"{\"level\":"), line(Level::INFO, "{\"level\":"));
    assert_eq!(Line::read(b"[1]"), line(Level::INFO, "[1]"));
}

#[test]
fn control_characters_are_escaped() {
    assert_eq!(Line::read(b"\x1b[2J\x00\xff").text, "\\u{1b}[2J\\u{0}\u{fffd}");
    assert_eq!(Line::read(br#"{"message":"a\nb\u001b"}"#).text, "a\\nb\\u{1b}");
}

#[tokio::test]
async fn a_long_line_comes_in_parts() {
    let limit = usize::try_from(MAX_LINE_BYTES).unwrap();
    let output = [vec![b'x'; limit], b"yz\nnext\r\nlast".to_vec()].concat();
    assert_eq!(
        lines_of(&output).await,
        [vec![b'x'; limit], b"yz".to_vec(), b"next".to_vec(), b"last".to_vec()]
    );
}

#[test]
fn the_last_ten_lines_are_kept() {
    let last = LastLines::default();
    (0..11).for_each(|n| last.push(&n.to_string()));
    assert_eq!(last.text(), "  1\n  2\n  3\n  4\n  5\n  6\n  7\n  8\n  9\n  10");
}
