//! Two base strings (RFC 5849 §3.4.1.1) side by side, part by part and parameter by parameter.

use super::page::{BOLD, DIM, GREEN, Page, RED, pieces, safe};

/// What is in the same place of both; `None` if one has nothing there.
type Row<'a> = (Option<&'a str>, Option<&'a str>);

/// The text is no wider than this, however wide the terminal is.
const MAXIMUM_WIDTH: usize = 100;
/// The space in front of the first column, and between both.
const MARGIN: usize = 4;
const GAP: usize = 2;
/// Of more rows than this, equal ones are left out, and then the last ones.
const MANY_ROWS: usize = 60;
/// A parameter of the same name is searched this far ahead.
const AHEAD: usize = 100;

impl Page {
    /// Writes both in columns. `>` marks the first difference, with `^` below it, and `*` any other.
    pub(crate) fn side_by_side(&mut self, right: &str, other: &str, other_heading: &str) {
        let rows = rows(right, other);
        let column = (self.style.width.min(MAXIMUM_WIDTH) - MARGIN - GAP) / 2;
        self.line(MARGIN, BOLD, &format!("{:<column$}  {other_heading}", "the right base string"));
        let differs = |row: &Row<'_>| row.0 != row.1;
        let first = rows.iter().position(differs);
        let is_near = |index: &usize| {
            let near = index.saturating_sub(2)..rows.len().min(index + 3);
            rows.len() <= MANY_ROWS || rows[near].iter().any(differs)
        };
        let mut next = 0;
        for index in (0..rows.len()).filter(is_near).take(MANY_ROWS) {
            self.left_out(index - next);
            let mark = if Some(index) == first { '>' } else { '*' };
            self.columns(rows[index], column, if differs(&rows[index]) { mark } else { ' ' });
            next = index + 1;
        }
        self.left_out(rows.len() - next);
    }

    fn left_out(&mut self, count: usize) {
        if count > 0 {
            self.line(MARGIN, DIM, &format!("({count} more)"));
        }
    }

    fn columns(&mut self, row: Row<'_>, column: usize, mut mark: char) {
        let [right, other] = [row.0, row.1].map(|text| text.unwrap_or("(missing)"));
        let same = safe(right).chars().zip(safe(other).chars()).take_while(|(one, other)| one == other).count();
        let has_caret = mark == '>' && row.0.is_some() && row.1.is_some();
        let (green, red) = if mark == ' ' { ("", "") } else { (GREEN, RED) };
        let [right, other] = [right, other].map(|text| pieces(text, column));
        for line in 0..right.len().max(other.len()) {
            let text = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let right = self.paint(green, &format!("{:<column$}", text(&right)));
            let other = self.paint(red, &text(&other));
            self.line(2, "", &format!("{mark} {right}  {other}"));
            if has_caret && same / column == line {
                let caret = format!("{:>1$}", '^', same % column + 1);
                self.line(MARGIN, "", &format!("{caret:<column$}  {caret}"));
            }
            mark = ' ';
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
