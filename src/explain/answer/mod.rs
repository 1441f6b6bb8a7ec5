//! The diagnosis and the steps, and their text.

pub(super) mod diagnosis;
pub(super) mod differences;
pub(super) mod mask;
pub(super) mod page;
pub(super) mod render;
mod side_by_side;
pub(super) mod steps;
