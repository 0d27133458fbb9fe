use std::collections::BTreeMap;
use std::fmt::Write;

use crate::batch::{Batch, Requests};
use crate::month::Line;
use crate::prices::{Price, Prices};

pub fn total(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.dollars).sum()
}

/// A table for Markdown: service, what, arithmetic, dollars.
pub fn markdown(lines: &[Line], prices: &Prices) -> String {
    let mut table = "| service | what | arithmetic | $ |\n|---|---|---|---|\n".to_owned();
    for line in lines {
        let Line { item, what, .. } = line;
        let (service, arithmetic, dollars) = (item.service(), arithmetic(line, prices), money(line.dollars));
        _ = writeln!(table, "| {service} | {what} | {arithmetic} | {dollars} |");
    }
    _ = writeln!(table, "| **total** | | | **{}** |", money(total(lines)));
    table
}

/// The list of prices as a table for Markdown, by service.
pub fn sources(prices: &Prices) -> String {
    let mut table = "| service | price of a | $ | source | date |\n|---|---|---|---|---|\n".to_owned();
    for (item, price) in prices.iter() {
        let (service, dollars) = (item.service(), dollars(price));
        _ = writeln!(table, "| {service} | {} | {dollars} | {} | {} |", price.unit, price.source, price.date);
    }
    table
}

/// Batches, their requests, and the dollars of a million such changes, as a table for Markdown.
pub fn requests(batches: &[Batch], prices: &Prices) -> String {
    let mut table =
        "| changes | channels | listeners | queries | read units | write units of the log | posts | \
                     $ of a million changes |\n|---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for batch in batches {
        let Batch { changes, channels, listeners, .. } = batch;
        let Requests { queries, read_units, write_units, posts, .. } = batch.requests();
        let dollars = money(batch.dollars(prices) / *changes as f64 * 1e6);
        _ = writeln!(
            table,
            "| {changes} | {channels} | {listeners} | {queries} | {read_units} | {write_units} | {posts} | {dollars} |"
        );
    }
    table
}

/// A table for a terminal, and the sum of each service.
pub fn text(lines: &[Line], prices: &Prices) -> String {
    let mut table = String::new();
    for line in lines {
        let (service, what) = (line.item.service(), &line.what);
        let (arithmetic, dollars) = (arithmetic(line, prices), money(line.dollars));
        _ = writeln!(table, "{service:<12} {what:<40} {arithmetic:>50} {dollars:>10}");
    }
    let mut services: BTreeMap<&str, f64> = BTreeMap::new();
    for line in lines {
        *services.entry(line.item.service()).or_default() += line.dollars;
    }
    table.push('\n');
    for (service, dollars) in services.iter().chain([(&"total", &total(lines))]) {
        _ = writeln!(table, "{service:<12} {:>102}", money(*dollars));
    }
    table
}

/// `1,000,000 requests x 0.40 per million`.
fn arithmetic(line: &Line, prices: &Prices) -> String {
    let Some(price) = prices.of(line.item) else { return String::new() };
    format!("{} {} x {}", number(line.quantity), units(line.quantity, &price.unit), dollars(price))
}

/// `event of 64 KB` or `events of 64 KB`; `GB` has no plural, and `write unit` has it at its end.
fn units(quantity: f64, unit: &str) -> String {
    let end = [" of ", " to "].iter().filter_map(|word| unit.find(word)).min().unwrap_or(unit.len());
    let (name, rest) = unit.split_at(end);
    let has_plural = quantity != 1.0 && name.ends_with(char::is_lowercase);
    format!("{name}{}{rest}", if has_plural { "s" } else { "" })
}

fn dollars(price: &Price) -> String {
    let per = if price.per == 1_000_000 { " per million" } else { "" };
    format!("{}{per}", plain(price.dollars))
}

/// Two digits after the point, or more where they are needed.
fn plain(dollars: f64) -> String {
    let short = format!("{dollars:.2}");
    if short.parse() == Ok(dollars) { short } else { format!("{dollars}") }
}

fn money(dollars: f64) -> String {
    grouped(&format!("{dollars:.2}"))
}

/// Whole numbers, or three digits of small ones.
fn number(quantity: f64) -> String {
    match quantity {
        10.0.. => grouped(&format!("{quantity:.0}")),
        _ => {
            let short = format!("{quantity:.3}");
            short.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

/// Groups the digits before the point by commas.
fn grouped(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut groups = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            groups.push(',');
        }
        groups.push(digit);
    }
    groups + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_groups_and_as_many_digits_as_they_need() {
        assert_eq!(
            [number(1_000_000.0), number(999.6), number(0.0583), number(1.0)],
            ["1,000,000", "1,000", "0.058", "1"]
        );
        assert_eq!([money(1234.567), money(0.0), money(1e6)], ["1,234.57", "0.00", "1,000,000.00"]);
        assert_eq!(
            [
                units(2.0, "event of 64 KB"),
                units(1.0, "key"),
                units(2.0, "write unit"),
                units(2.0, "GB to the internet")
            ],
            ["events of 64 KB", "key", "write units", "GB to the internet"]
        );
        assert_eq!([plain(0.4), plain(0.023), plain(16.6667)], ["0.40", "0.023", "16.6667"]);
    }
}
