//! Every `tablecast` command of the runbook, and of the fixes of the doctor, is one that the program accepts.

use std::fs;

use clap::Parser;
use clap::error::ErrorKind;
use tablecast_doctor::code::TABLE;

use crate::Cli;

const RUNBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/operate.md");

/// The commands in blocks, with their whole arguments.
fn in_blocks(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap());
    let joined: Vec<_> = blocks.map(|block| block.replace("\\\n", " ")).collect();
    joined.iter().flat_map(|block| block.lines()).filter_map(command).collect()
}

/// The commands in running text, such as `tablecast check`. Some are a name only.
fn inline(text: &str) -> Vec<String> {
    let outside = text.split("```").step_by(2);
    outside.flat_map(|text| text.split('`').skip(1).step_by(2)).filter_map(command).collect()
}

/// The fixes of the doctor. Several commands can follow each other.
fn fixes() -> Vec<String> {
    let parts = TABLE.iter().flat_map(|entry| entry.fix.split([':', ',', ';', '&']));
    parts.filter_map(|part| command(&part.replace("{deployment}", " --deployment acme"))).collect()
}

/// `cargo run -- check` and `tablecast check` are the same. Comments and what follows a pipe are left out.
fn command(line: &str) -> Option<String> {
    let line = line.split(" #").next()?.split(" | ").next()?.trim();
    let arguments = line.strip_prefix("cargo run -- ").or_else(|| line.strip_prefix("tablecast "))?;
    Some(format!("tablecast {arguments}"))
}

/// The words of a command, as a shell splits them. Variables are values here.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut quote) = (vec![String::new()], None);
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

fn error(command: &str) -> Option<ErrorKind> {
    let told = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion];
    Cli::try_parse_from(words(command)).err().map(|error| error.kind()).filter(|kind| !told.contains(kind))
}

#[test]
fn every_command_of_the_runbook_and_of_the_doctor_is_accepted() {
    let text = fs::read_to_string(RUNBOOK).unwrap();
    let commands: Vec<_> = in_blocks(&text).into_iter().chain(fixes()).collect();
    assert!(commands.len() >= 10, "{commands:?}");
    for command in commands {
        assert_eq!(error(&command), None, "{command}");
    }
}

#[test]
fn every_command_that_the_text_of_the_runbook_names_exists() {
    let text = fs::read_to_string(RUNBOOK).unwrap();
    let commands = inline(&text);
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        let is_name_only = error(&command) == Some(ErrorKind::MissingRequiredArgument);
        assert!(is_name_only || error(&command).is_none(), "{command}: {:?}", error(&command));
    }
}

/// Proves that the tests above can fail.
#[test]
fn an_unknown_command_or_option_is_detected() {
    let text = "```sh\naws pipes list\ncargo run -- redriv --deployment \"$NAME\" \\\n  --yes   # all\n```\n`tablecast check --all`";
    assert_eq!(in_blocks(text), ["tablecast redriv --deployment \"$NAME\"    --yes"]);
    assert_eq!(inline(text), ["tablecast check --all"]);
    assert_eq!(error("tablecast redriv"), Some(ErrorKind::InvalidSubcommand));
    assert_eq!(error("tablecast check --all"), Some(ErrorKind::UnknownArgument));
    assert_eq!(error("tablecast doctor --deployment \"$NAME\""), None);
    assert_eq!(words(r#"tablecast x '{"a": "b c"}'"#), ["tablecast", "x", r#"{"a": "b c"}"#]);
}
