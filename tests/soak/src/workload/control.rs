//! The effects of faults on the writers: pauses, and tables that are restored.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::item::Table;

/// Shared by the writers.
#[derive(Default)]
pub struct Control(Mutex<State>);

#[derive(Default)]
struct State {
    paused: Option<Table>,
    restored: Vec<Table>,
}

impl Control {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn pause(&self, table: Table) {
        self.lock().paused = Some(table);
    }

    pub fn resume(&self) {
        self.lock().paused = None;
    }

    pub fn is_paused(&self, table: Table) -> bool {
        self.lock().paused == Some(table)
    }

    pub fn restored(&self, table: Table) {
        self.lock().restored.push(table);
    }

    /// Returns the restored tables that are not known yet.
    pub fn restored_since(&self, known: &mut usize) -> Vec<Table> {
        let state = self.lock();
        let new = state.restored.get(*known..).unwrap_or_default().to_vec();
        *known = state.restored.len();
        new
    }
}
