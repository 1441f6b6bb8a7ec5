//! The diagnosis and the steps.

mod diagnosis;
mod differences;
mod mask;
mod steps;

pub use diagnosis::{Diagnosis, Explanation, Found, MadeFrom, Verdict};
pub use differences::Difference;
pub(super) use differences::{difference, differences, parts};
pub use mask::Mask;
pub use steps::{Parameter, Steps, steps};
pub(super) use steps::{not_a_url, read};
