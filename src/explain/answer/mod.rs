//! The diagnosis and the steps, and their text.

mod comparison;
mod diagnosis;
mod differences;
mod mask;
mod page;
mod render;
mod steps;

pub use diagnosis::{Diagnosis, Explanation, Found, MadeFrom, Verdict};
pub use differences::Difference;
pub(super) use differences::{difference, differences, parts};
pub use mask::Mask;
pub use page::Style;
pub use render::base_string_text;
pub use steps::{KeyShape, Parameter, Steps, steps};
pub(super) use steps::{not_a_url, read};
