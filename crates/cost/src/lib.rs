//! The cost of a deployment in a month, from one list of prices. docs/reference/cost.md has the same tables.
//!
//! # Layout
//! - `prices`: the list of prices
//! - `batch`: the requests and units of one batch of changes, as the tests of `dispatch` measure them
//! - `load`: the load of a month
//! - `month`: the lines of a month, and their dollars
//! - `facts`: numbers of the deployment that other files have, too
//! - `table`: lines as text and as Markdown

mod batch;
pub mod facts;
mod load;
mod month;
mod prices;
mod table;

pub use batch::{Batch, Requests};
pub use load::{Clients, Load, PipeLoad};
pub use month::{Line, changes, clients, month, standing};
pub use prices::{InvalidPrices, Item, Price, Prices};
pub use table::{markdown, requests, sources, text, total};
