//! Standard error: notes and warnings.

use std::io::{self, Write as _};

use super::json;

/// Prints a line. Characters that could control the terminal are escaped.
pub(crate) fn note(text: &str) {
    // There is nowhere to report that standard error is closed.
    let _ = writeln!(io::stderr(), "{}", json::escaped(text));
}

/// Prints text that has colours of ours. The caller has escaped what is not ours.
pub(crate) fn layout(text: &str) {
    let _ = writeln!(io::stderr(), "{}", text.trim_end());
}
