//! Runs pipes as EventBridge Pipes does.

pub mod pattern;
