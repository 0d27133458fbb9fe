mod changes;
mod clients;
mod fan_out;
mod standing;

use serde::Serialize;

use crate::load::{Load, PipeLoad};
use crate::prices::{Item, Prices};

pub use changes::changes;
pub use clients::clients;
pub use standing::standing;

/// A number of units, and their dollars.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    pub item: Item,
    pub what: String,
    pub quantity: f64,
    pub dollars: f64,
}

/// Collects lines with their prices.
struct Lines<'p> {
    prices: &'p Prices,
    lines: Vec<Line>,
}

impl<'p> Lines<'p> {
    fn new(prices: &'p Prices) -> Self {
        Self { prices, lines: Vec::new() }
    }

    /// Leaves out what does not occur.
    fn add(&mut self, item: Item, what: &str, quantity: f64) {
        let Some(price) = self.prices.of(item).filter(|_| quantity > 0.0) else { return };
        self.lines.push(Line { item, what: what.to_owned(), quantity, dollars: price.of(quantity) });
    }
}

/// All lines of a month. Those of several pipes have the names of their pipes.
pub fn month(load: &Load, prices: &Prices) -> Vec<Line> {
    let named = |pipe: &PipeLoad, line: Line| Line { what: format!("{}: {}", pipe.name, line.what), ..line };
    let of_pipe = |pipe| -> Vec<Line> {
        let lines = changes(pipe, load, prices).into_iter();
        if load.pipes.len() > 1 { lines.map(|line| named(pipe, line)).collect() } else { lines.collect() }
    };
    let of_pipes = load.pipes.iter().flat_map(of_pipe);
    let others = standing(load, prices).into_iter().chain(clients(load, prices));
    others.chain(of_pipes).collect()
}
