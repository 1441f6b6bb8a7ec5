//! Two base strings (RFC 5849 §3.4.1.1) side by side, part by part and parameter by parameter.

use alloc::{format, string::String, vec, vec::Vec};

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
        let heading = format!("    {:<column$}  {other_heading}", "the right base string");
        let heading = self.paint(BOLD, &heading);
        self.line(&heading);
        let differs = |row: &Row<'_>| row.0 != row.1;
        let first = rows.iter().position(differs);
        let mut left_out = 0;
        let mut shown = 0;
        for (index, row) in rows.iter().enumerate() {
            let near = index.saturating_sub(2)..rows.len().min(index + 3);
            let is_near = rows[near].iter().any(differs);
            if rows.len() > MANY_ROWS && (shown >= MANY_ROWS || !is_near) {
                left_out += 1;
                continue;
            }
            self.left_out(&mut left_out);
            shown += 1;
            let mark = match (differs(row), Some(index) == first) {
                (_, true) => '>',
                (true, false) => '*',
                (false, _) => ' ',
            };
            self.columns(*row, column, mark);
        }
        self.left_out(&mut left_out);
    }

    fn left_out(&mut self, count: &mut usize) {
        if *count > 0 {
            let text = self.paint(DIM, &format!("    ({count} more)"));
            self.line(&text);
            *count = 0;
        }
    }

    fn columns(&mut self, (right, other): Row<'_>, column: usize, mark: char) {
        let difference = right.zip(other).filter(|_| mark == '>').map(first_difference);
        let (right, other) = (wrapped(right, column), wrapped(other, column));
        for line in 0..right.len().max(other.len()) {
            let text = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let (mut right, mut other) = (format!("{:<column$}", text(&right)), text(&other));
            if mark != ' ' {
                right = self.paint(GREEN, &right);
                other = self.paint(RED, &other);
            }
            let mark = if line == 0 { mark } else { ' ' };
            self.line(&format!("  {mark} {right}  {other}"));
            if let Some(at) = difference.filter(|at| at / column == line) {
                let caret = format!("{}^", " ".repeat(at % column));
                self.line(&format!("    {caret:<column$}  {caret}"));
            }
        }
    }
}

/// The character at which two texts differ.
fn first_difference((right, other): (&str, &str)) -> usize {
    let (right, other) = (safe(right), safe(other));
    let same = right.chars().zip(other.chars());
    same.take_while(|(one, other)| one == other).count()
}

/// The lines of a text; a missing text is shown as missing.
fn wrapped(text: Option<&str>, width: usize) -> Vec<String> {
    text.map_or_else(|| vec!["(missing)".into()], |text| pieces(text, width))
}

/// Puts the same parts, and the parameters of the same name, into the same row.
fn rows<'a>(right: &'a str, other: &'a str) -> Vec<Row<'a>> {
    let [right, other] = [right, other].map(|text| text.splitn(3, '&').collect::<Vec<_>>());
    let mut rows: Vec<Row<'_>> = (0..2).map(|part| (right.get(part).copied(), other.get(part).copied())).collect();
    let pairs = |parts: &[&'a str]| parts.get(2).map(|text| pairs(text)).unwrap_or_default();
    let (right, other) = (pairs(&right), pairs(&other));
    let (mut right, mut other) = (&right[..], &other[..]);
    let is_ahead = |list: &[&str], pair| list.iter().take(AHEAD).any(|it| name(it) == name(pair));
    while let ([one, right_rest @ ..], [two, other_rest @ ..]) = (right, other) {
        let is_same = name(one) == name(two);
        let (is_sent_later, is_given_later) = (is_ahead(other_rest, one), is_ahead(right_rest, two));
        if is_same || is_sent_later == is_given_later {
            rows.push((Some(one), Some(two)));
            (right, other) = (right_rest, other_rest);
        } else if is_sent_later {
            rows.push((None, Some(two)));
            other = other_rest;
        } else {
            rows.push((Some(one), None));
            right = right_rest;
        }
    }
    rows.extend(right.iter().map(|one| (Some(*one), None)));
    rows.extend(other.iter().map(|two| (None, Some(*two))));
    rows
}

/// The encoded parameters, without what is between them.
fn pairs(text: &str) -> Vec<&str> {
    let marks = ["&", "%26", "%2526"];
    let mark = marks.into_iter().find(|mark| text.contains(mark));
    mark.map_or_else(|| vec![text], |mark| text.split(mark).collect())
}

/// The encoded name of a parameter.
fn name(pair: &str) -> &str {
    let marks = ["=", "%3D", "%3d", "%253D"];
    let end = marks.iter().filter_map(|mark| pair.find(mark)).min();
    &pair[..end.unwrap_or(pair.len())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Style;

    #[test]
    fn parameters_of_one_name_are_in_one_row() {
        let style = Style { colour: false, width: 70 };
        let mut page = Page::new(style);
        page.side_by_side(
            "GET&http%3A%2F%2Fh&a%3D1%26abc%3D1%26b%3D2%26c%3D3",
            "GET&http%3A%2F%2Fh&abc%3D1%26b%3D4%26c%3D5%26d%3D6",
            "that was signed",
        );
        assert_eq!(
            page.text,
            "    the right base string             that was signed\n\
             \x20   GET                               GET\n\
             \x20   http%3A%2F%2Fh                    http%3A%2F%2Fh\n\
             \x20 > a%3D1                             (missing)\n\
             \x20   abc%3D1                           abc%3D1\n\
             \x20 * b%3D2                             b%3D4\n\
             \x20 * c%3D3                             c%3D5\n\
             \x20 * (missing)                         d%3D6\n"
        );
    }
}
