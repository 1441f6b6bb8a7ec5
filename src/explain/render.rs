//! x
/// s
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// c
    pub colour: bool,
}
