//! Two base strings ([RFC 5849 §3.4.1.1]) side by side, part by part and parameter by parameter.
//!
//! [RFC 5849 §3.4.1.1]: https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.1

use alloc::{format, string::String, vec, vec::Vec};

use super::page::{BOLD, DIM, GREEN, Page, RED, safe};

/// What is in the same place of both; `None` if one has nothing there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Row<'a> {
    right: Option<&'a str>,
    other: Option<&'a str>,
}

impl Row<'_> {
    fn differs(&self) -> bool {
        self.right != self.other
    }
}

/// Columns narrower than this are hard to read.
const NARROW: usize = 30;
/// Texts of more lines than this are hard to compare side by side.
const MAXIMUM_LINES: usize = 5;
/// The text is no wider than this, however wide the terminal is.
const MAXIMUM_WIDTH: usize = 100;
/// The space before the first column, and between both.
const MARGIN: usize = 4;
const GAP: usize = 2;
/// Of more rows than this those that are equal are left out, and then the last.
const MANY_ROWS: usize = 60;
/// Longer lists are not compared each with each.
const COMPARISONS: usize = 40_000;

impl Page {
    /// Writes both in columns, or as lines with `-` and `+` where columns would be too narrow.
    pub(crate) fn side_by_side(&mut self, right: &str, other: &str) {
        let rows = rows(right, other);
        let column = (self.style.width.min(MAXIMUM_WIDTH) - MARGIN - GAP) / 2;
        let is_long =
            |text: Option<&str>| text.is_some_and(|text| text.len() > column * MAXIMUM_LINES);
        let in_columns = column >= NARROW
            && !rows
                .iter()
                .any(|row| is_long(row.right) || is_long(row.other));
        let first = rows.iter().position(Row::differs).unwrap_or(rows.len());
        if in_columns {
            let heading = format!("    {:<column$}  that was signed", "the right base string");
            let heading = self.paint(BOLD, &heading);
            self.line(&heading);
        } else {
            let heading = self.paint(BOLD, "    - the right base string  + that was signed");
            self.line(&heading);
        }
        let mut left_out = 0;
        let mut shown = 0;
        for (index, row) in rows.iter().enumerate() {
            let is_near = (index.saturating_sub(2)..index + 3)
                .any(|near| rows.get(near).is_some_and(Row::differs));
            if rows.len() > MANY_ROWS && (shown >= MANY_ROWS || !is_near) {
                left_out += 1;
                continue;
            }
            self.left_out(&mut left_out);
            shown += 1;
            if in_columns {
                self.columns(row, column, index == first);
            } else {
                self.lines(row);
            }
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

    /// Writes a row in columns: `>` marks the first difference, with `^` below it, and `*` any other.
    fn columns(&mut self, row: &Row<'_>, column: usize, is_first: bool) {
        let (right, other) = (wrapped(row.right, column), wrapped(row.other, column));
        let difference = first_difference(row).filter(|_| is_first);
        for line in 0..right.len().max(other.len()) {
            let mark = match (row.differs(), is_first, line) {
                (true, true, 0) => ">",
                (true, false, 0) => "*",
                _ => " ",
            };
            let text = |lines: &[String]| lines.get(line).cloned().unwrap_or_default();
            let (right, other) = (format!("{:<column$}", text(&right)), text(&other));
            let (right, other) = if row.differs() {
                (self.paint(GREEN, &right), self.paint(RED, &other))
            } else {
                (right, other)
            };
            self.line(&format!("  {mark} {right}  {other}"));
            if let Some(at) = difference.filter(|at| at / column == line) {
                let at = at % column;
                let caret = format!("{}^", " ".repeat(at));
                self.line(&format!("    {caret:<column$}  {caret}"));
            }
        }
    }

    fn lines(&mut self, row: &Row<'_>) {
        let width = self.style.width - MARGIN;
        let sides = if row.differs() {
            vec![("-", row.right, GREEN), ("+", row.other, RED)]
        } else {
            vec![(" ", row.right, DIM)]
        };
        for (sign, text, colour) in sides {
            let Some(text) = text else { continue };
            for (index, line) in wrapped(Some(text), width).iter().enumerate() {
                let sign = if index == 0 { sign } else { " " };
                let line = self.paint(colour, line);
                self.line(&format!("  {sign} {line}"));
            }
        }
    }
}

/// The character at which both texts of a row part, where both are there.
fn first_difference(row: &Row<'_>) -> Option<usize> {
    let (right, other) = (safe(row.right?), safe(row.other?));
    let same = right.chars().zip(other.chars());
    Some(same.take_while(|(one, other)| one == other).count())
}

/// Lines of at most `width` characters; a missing text is shown as missing.
fn wrapped(text: Option<&str>, width: usize) -> Vec<String> {
    let text = match text {
        None => return vec![String::from("(missing)")],
        Some("") => return vec![String::from("(empty)")],
        Some(text) => safe(text),
    };
    let characters: Vec<char> = text.chars().collect();
    let lines = characters.chunks(width);
    lines.map(|line| line.iter().collect()).collect()
}

fn rows<'a>(right: &'a str, other: &'a str) -> Vec<Row<'a>> {
    let [right, other] = [right, other].map(|text| text.splitn(3, '&').collect::<Vec<_>>());
    let mut rows = Vec::new();
    for part in 0..2 {
        let (right, other) = (right.get(part).copied(), other.get(part).copied());
        if right.is_some() || other.is_some() {
            rows.push(Row { right, other });
        }
    }
    let pairs = |parts: &[&'a str]| parts.get(2).map(|text| pairs(text)).unwrap_or_default();
    align(&mut rows, &pairs(&right), &pairs(&other));
    rows
}

/// The encoded parameters, without what is between them.
fn pairs(text: &str) -> Vec<&str> {
    if text.contains('&') {
        text.split('&').collect()
    } else if text.contains("%26") {
        text.split("%26").collect()
    } else {
        text.split("%2526").collect()
    }
}

/// The encoded name of a parameter.
fn name(pair: &str) -> &str {
    let end = ["=", "%3D", "%3d", "%253D"]
        .iter()
        .filter_map(|mark| pair.find(mark))
        .min();
    &pair[..end.unwrap_or(pair.len())]
}

/// Puts what is equal in both into the same row, as much of it as possible without changing the order.
fn align<'a>(rows: &mut Vec<Row<'a>>, mut right: &[&'a str], mut other: &[&'a str]) {
    while let ([one, right_rest @ ..], [two, other_rest @ ..]) = (right, other)
        && one == two
    {
        rows.push(Row {
            right: Some(one),
            other: Some(two),
        });
        (right, other) = (right_rest, other_rest);
    }
    let (height, width) = (right.len(), other.len());
    if height * width > COMPARISONS {
        return gap(rows, right, other);
    }
    // How many are equal from each pair of places on: the longest common subsequence.
    let mut equal = vec![0_usize; (height + 1) * (width + 1)];
    let at = |row: usize, column: usize| row * (width + 1) + column;
    for row in (0..height).rev() {
        for column in (0..width).rev() {
            equal[at(row, column)] = if right[row] == other[column] {
                equal[at(row + 1, column + 1)] + 1
            } else {
                equal[at(row + 1, column)].max(equal[at(row, column + 1)])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    let (mut row_done, mut column_done) = (0, 0);
    while row < height && column < width {
        if right[row] == other[column] {
            gap(rows, &right[row_done..row], &other[column_done..column]);
            rows.push(Row {
                right: Some(right[row]),
                other: Some(other[column]),
            });
            (row, column) = (row + 1, column + 1);
            (row_done, column_done) = (row, column);
        } else if equal[at(row + 1, column)] >= equal[at(row, column + 1)] {
            row += 1;
        } else {
            column += 1;
        }
    }
    gap(rows, &right[row_done..], &other[column_done..]);
}

/// Puts what has the same name, or what is equally many, into the same row, and the rest into separate rows.
fn gap<'a>(rows: &mut Vec<Row<'a>>, right: &[&'a str], mut other: &[&'a str]) {
    if right.len() == other.len() {
        let both = right.iter().zip(other);
        rows.extend(both.map(|(right, other)| Row {
            right: Some(right),
            other: Some(other),
        }));
        return;
    }
    for text in right {
        let same = |two: &&str| name(two) == name(text);
        // Far ahead it is another one of that name.
        let found = other.iter().take(100).position(same);
        if let Some(found) = found {
            let before = other[..found].iter();
            rows.extend(before.map(|other| Row {
                right: None,
                other: Some(other),
            }));
            rows.push(Row {
                right: Some(text),
                other: Some(other[found]),
            });
            other = &other[found + 1..];
        } else {
            rows.push(Row {
                right: Some(text),
                other: None,
            });
        }
    }
    rows.extend(other.iter().map(|other| Row {
        right: None,
        other: Some(other),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Style;

    fn sides(right: &str, other: &str) -> Vec<String> {
        let show = |text: Option<&str>| text.map_or(String::from("-"), String::from);
        let rows = rows(right, other);
        rows.iter()
            .map(|row| format!("{} {}", show(row.right), show(row.other)))
            .collect()
    }

    #[test]
    fn equal_parameters_stand_beside_one_another() {
        assert_eq!(
            sides("GET&u&a%3D1%26b%3D2%26c%3D3", "GET&u&b%3D2%26c%3D4%26d%3D5"),
            [
                "GET GET",
                "u u",
                "a%3D1 -",
                "b%3D2 b%3D2",
                "c%3D3 c%3D4",
                "- d%3D5"
            ]
        );
        assert_eq!(
            sides("GET&u&a%3D1%26b%3D2", "get&v&a=1&b=2"),
            ["GET get", "u v", "a%3D1 a=1", "b%3D2 b=2"]
        );
        assert_eq!(sides("GET&u&a%3D1", "GET"), ["GET GET", "u -", "a%3D1 -"]);
    }

    fn page(width: usize, right: &str, other: &str) -> String {
        let mut page = Page::new(Style {
            colour: false,
            width,
        });
        page.side_by_side(right, other);
        page.text
    }

    #[test]
    fn the_first_difference_is_marked() {
        assert_eq!(
            page(
                70,
                "GET&http%3A%2F%2Fh&abc%3D1%26b%3D2",
                "GET&http%3A%2F%2Fh&abd%3D1%26b%3D3"
            ),
            "    the right base string             that was signed\n\
             \x20   GET                               GET\n\
             \x20   http%3A%2F%2Fh                    http%3A%2F%2Fh\n\
             \x20 > abc%3D1                           abd%3D1\n\
             \x20     ^                                 ^\n\
             \x20 * b%3D2                             b%3D3\n"
        );
        assert_eq!(
            page(40, "GET&u&a%3D1", "GET&u&a%3D2"),
            "    - the right base string  + that was signed\n    GET\n    u\n  - a%3D1\n  + a%3D2\n"
        );
    }

    #[test]
    fn large_and_long_ones_stay_readable() {
        let list = |end: &str| -> String {
            let pairs: Vec<_> = (0..10_000)
                .map(|index| format!("p{index}%3D{end}"))
                .collect();
            format!("GET&u&{}", pairs.join("%26"))
        };
        assert!(page(80, &list("1"), &list("2")).lines().count() < 100);
        let long = |end: &str| format!("GET&u&a%3D{}{end}", "x".repeat(1000));
        let text = page(80, &long("1"), &long("2"));
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(text.contains("\n  - a%3D"), "{text}");
    }
}
