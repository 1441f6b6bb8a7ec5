//! Two base strings (RFC 5849 §3.4.1.1) compared line by line, each parameter on its own line.

use super::page::{BOLD, DIM, GREEN, INDENT, Page, RED};

/// What is in the same place of both; `None` if one has nothing there.
type Row<'a> = (Option<&'a str>, Option<&'a str>);

/// Of more rows than this, equal ones are left out, and then the last ones.
const MANY_ROWS: usize = 60;
/// A parameter of the same name is searched this far ahead.
const AHEAD: usize = 100;

impl Page {
    /// Writes both: `-` marks what only the right one has, and `+` what only the other one has.
    pub(super) fn comparison(&mut self, right: &str, other: &str, other_heading: &str) {
        let rows = rows(right, other);
        self.line(INDENT, BOLD, &format!("- the right base string    + {other_heading}"));
        let differs = |row: &Row<'_>| row.0 != row.1;
        let is_near = |index: &usize| {
            let near = index.saturating_sub(2)..rows.len().min(index + 3);
            rows.len() <= MANY_ROWS || rows[near].iter().any(differs)
        };
        let shown: Vec<_> = (0..rows.len()).filter(is_near).take(MANY_ROWS).collect();
        for &index in &shown {
            match rows[index] {
                (Some(one), Some(two)) if one == two => self.bytes(INDENT + 2, one, ""),
                (right, other) => {
                    right.into_iter().for_each(|text| self.marked("- ", GREEN, text));
                    other.into_iter().for_each(|text| self.marked("+ ", RED, text));
                }
            }
        }
        if shown.len() < rows.len() {
            self.line(INDENT, DIM, &format!("({} more lines are not shown)", rows.len() - shown.len()));
        }
    }
}

/// Puts the same parts, and the parameters of the same name, into the same row.
fn rows<'a>(right: &'a str, other: &'a str) -> Vec<Row<'a>> {
    let (right, other) = (parts(right), parts(other));
    let (mut right, mut other) = (&right[..], &other[..]);
    let mut rows = Vec::new();
    let is_ahead =
        |list: &[&str], part: Option<&str>| list.iter().skip(1).take(AHEAD).any(|it| Some(name(it)) == part.map(name));
    while !right.is_empty() || !other.is_empty() {
        let (one, two) = (right.first().copied(), other.first().copied());
        let (is_sent_later, is_given_later) = (is_ahead(other, one), is_ahead(right, two));
        // If only one of the two comes later, it waits for its row.
        let are_both = one.map(name) == two.map(name) || is_sent_later == is_given_later;
        let (one, two) = (one.filter(|_| are_both || is_given_later), two.filter(|_| are_both || is_sent_later));
        rows.push((one, two));
        right = &right[usize::from(one.is_some())..];
        other = &other[usize::from(two.is_some())..];
    }
    rows
}

/// The method, the base string URI and the encoded parameters.
fn parts(text: &str) -> Vec<&str> {
    let mut parts: Vec<_> = text.splitn(3, '&').collect();
    if parts.len() == 3 {
        let parameters = parts.remove(2);
        let mark = ["&", "%26", "%2526"].into_iter().find(|mark| parameters.contains(mark));
        parts.extend(parameters.split(mark.unwrap_or("&")));
    }
    parts
}

/// The encoded name of a parameter.
fn name(pair: &str) -> &str {
    let marks = ["=", "%3D", "%3d", "%253D"];
    let end = marks.iter().filter_map(|mark| pair.find(mark)).min();
    &pair[..end.unwrap_or(pair.len())]
}
