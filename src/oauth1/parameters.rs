//! Request parameters, collected and normalized
//! ([RFC 5849 §3.4.1.3](https://www.rfc-editor.org/rfc/rfc5849#section-3.4.1.3)).

use alloc::{string::String, vec::Vec};
use core::{cmp::Ordering, ops::Range};

use super::{
    error::{ParseError, Part},
    percent, uri,
    wire::SIGNATURE,
};

/// The `&` between two parameters, as it stands in the base string.
pub(super) const AND: &str = "%26";
/// The `=` between a name and its value, as it stands in the base string.
pub(super) const EQUALS: &str = "%3D";

/// The parameters of a query and a form body: a list, as duplicates count.
///
/// They are kept sorted and as they stand in the base string, that is encoded twice: once by §3.4.1.3.2 and once more
/// by §3.4.1.1. The second encoding only makes each `%` a `%25` and so does not change the order.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters {
    /// `name%3Dvalue` of each, joined by `%26`.
    text: String,
    entries: Vec<Entry>,
    /// Where the first parameter is whose name begins with `oauth_`.
    protocol: Option<(Part, usize)>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    name_end: usize,
    end: usize,
}

impl Entry {
    fn key(self, text: &str) -> (&str, &str) {
        (
            &text[self.start..self.name_end],
            &text[self.name_end + EQUALS.len()..self.end],
        )
    }
}

impl Parameters {
    /// Reads a query or a form body, which begins at `offset` in `part`, and sorts it in.
    pub(super) fn collect(
        &mut self,
        source: &str,
        part: Part,
        offset: usize,
    ) -> Result<(), ParseError> {
        self.text.reserve(source.len() + source.len() / 2);
        // Nothing between two `&` is no parameter, as in the form parser of the URL standard.
        let is_parameter = |pair: &&str| !pair.is_empty();
        self.entries
            .reserve(source.split('&').filter(is_parameter).count());
        let mut position = offset;
        for pair in source.split('&') {
            if is_parameter(&pair) {
                self.push(pair, part, position)?;
            }
            position += pair.len() + 1;
        }
        self.sort();
        Ok(())
    }

    fn push(&mut self, pair: &str, part: Part, offset: usize) -> Result<(), ParseError> {
        let before = self.text.len();
        if !self.entries.is_empty() {
            self.text.push_str(AND);
        }
        let start = self.text.len();
        let mut name_end = None;
        let mut rest = pair.as_bytes();
        while let Some((&octet, mut after)) = rest.split_first() {
            let position = offset + pair.len() - rest.len();
            match octet {
                b'=' if name_end.is_none() => {
                    name_end = Some(self.text.len());
                    self.text.push_str(EQUALS);
                }
                b'+' => percent::push_twice(&mut self.text, b' '),
                b'%' => {
                    let octet = percent::escape(after)
                        .ok_or(ParseError::PercentEncoding { part, position })?;
                    percent::push_twice(&mut self.text, octet);
                    after = &after[2..];
                }
                _ if uri::is_allowed(octet) => percent::push_twice(&mut self.text, octet),
                _ => return Err(ParseError::Character { part, position }),
            }
            rest = after;
        }
        // A name without `=` has an empty value.
        let name_end = name_end.unwrap_or_else(|| {
            let end = self.text.len();
            self.text.push_str(EQUALS);
            end
        });
        if self.protocol.is_none() && self.text[start..name_end].starts_with("oauth_") {
            self.protocol = Some((part, offset));
        }
        if &self.text[start..name_end] == SIGNATURE {
            // A signature is never signed, wherever it stands (§3.4.1.3.1).
            self.text.truncate(before);
            return Ok(());
        }
        self.entries.push(Entry {
            start,
            name_end,
            end: self.text.len(),
        });
        Ok(())
    }

    /// Sorts by encoded name and then by encoded value, bytewise (§3.4.1.3.2).
    fn sort(&mut self) {
        let unsorted = &self.text;
        if self.entries.is_sorted_by_key(|entry| entry.key(unsorted)) {
            return;
        }
        self.entries
            .sort_unstable_by(|one, other| one.key(unsorted).cmp(&other.key(unsorted)));
        let mut text = String::with_capacity(unsorted.len());
        for entry in &mut self.entries {
            if !text.is_empty() {
                text.push_str(AND);
            }
            let shift = text.len();
            text.push_str(&unsorted[entry.start..entry.end]);
            *entry = Entry {
                start: shift,
                name_end: shift + entry.name_end - entry.start,
                end: text.len(),
            };
        }
        self.text = text;
    }

    /// Where the first parameter is whose name begins with `oauth_`.
    pub(super) fn protocol(&self) -> Option<(Part, usize)> {
        self.protocol
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many parameters, from the start, sort before the given one (both parts encoded twice).
    pub(super) fn before(&self, name: &str, value: &str) -> usize {
        self.entries
            .partition_point(|entry| entry.key(&self.text).cmp(&(name, value)) == Ordering::Less)
    }

    /// How many parameters, from the start, have a name that sorts up to and with the given one (encoded twice).
    pub(super) fn through(&self, name: &str) -> usize {
        self.entries
            .partition_point(|entry| entry.key(&self.text).0 <= name)
    }

    /// The text of a run of parameters, empty where the run is.
    pub(super) fn run(&self, run: Range<usize>) -> &str {
        match self.entries.get(run.clone()) {
            Some([first, .., last]) => &self.text[first.start..last.end],
            Some([only]) => &self.text[only.start..only.end],
            _ => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_example() {
        // RFC 5849 §3.4.1.3.1, without the parameters of the header.
        let mut parameters = Parameters::default();
        parameters
            .collect("b5=%3D%253D&a3=a&c%40=&a2=r%20b", Part::Uri, 0)
            .unwrap();
        parameters.collect("c2&a3=2+q", Part::Form, 0).unwrap();
        let text = "a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D";
        assert_eq!(parameters.run(0..parameters.len()), text);
        assert_eq!(parameters.run(1..3), "a3%3D2%2520q%26a3%3Da");
        assert_eq!(parameters.run(3..3), "");
        assert_eq!(parameters.before("a3", "a"), 2);
        assert_eq!(parameters.before("a3", "a0"), 3);
    }

    #[test]
    fn a_signature_is_left_out() {
        let mut parameters = Parameters::default();
        parameters
            .collect(
                "oauth_signature=a&b=1&oauth%5Fsignature&oauth_signature_=2",
                Part::Form,
                0,
            )
            .unwrap();
        assert_eq!(
            parameters.run(0..parameters.len()),
            "b%3D1%26oauth_signature_%3D2"
        );
    }

    #[test]
    fn positions_count_from_the_start_of_the_part() {
        let mut parameters = Parameters::default();
        assert_eq!(
            parameters.collect("a=1&b=%", Part::Form, 0),
            Err(ParseError::PercentEncoding {
                part: Part::Form,
                position: 6
            })
        );
        assert_eq!(
            Parameters::default().collect("a&&=\"", Part::Uri, 0),
            Err(ParseError::Character {
                part: Part::Uri,
                position: 4
            })
        );
    }
}
