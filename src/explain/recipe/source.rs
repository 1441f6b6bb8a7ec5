//! Where a parameter came from.

/// Where a parameter came from.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Source {
    Query,
    Form,
    Header,
}
