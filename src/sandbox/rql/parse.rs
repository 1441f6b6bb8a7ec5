//! The text of a query to nested terms.
//!
//! Values are percent-encoded twice. The first encoding is undone for the whole query, as for any query; the second is
//! undone for each word, so that a comma or parenthesis in a value is not part of the syntax.

use super::{ErrorResponse, invalid};
use crate::oauth1::percent;

/// Bytes of a query, as sent.
const LENGTH: usize = 16 * 1024;
/// Calls of a query, at every depth.
const CALLS: usize = 40;
/// Field names and values of a query together.
const WORDS: usize = 1000;
/// How deep calls may be nested.
const DEPTH: usize = 8;

/// A call, or a word if it has no parentheses.
pub(super) struct Term {
    pub(super) name: String,
    pub(super) arguments: Option<Vec<Self>>,
}

/// The calls that `&` joins.
pub(super) fn terms(text: &str) -> Result<Vec<Term>, ErrorResponse> {
    if text.len() > LENGTH {
        return Err(invalid(&format!("the query has {} bytes, and the limit is {LENGTH}", text.len())));
    }
    let decoded = decoded(text).ok_or_else(|| invalid("the query is not UTF-8, or a % is without two digits"))?;
    let mut reader = Reader { text: &decoded, at: 0, calls: 0, words: 0 };
    let mut terms = Vec::new();
    while reader.at < decoded.len() {
        terms.push(reader.term(0)?);
        if !reader.skip('&') && reader.at < decoded.len() {
            return Err(reader.fault("calls are joined by &"));
        }
    }
    Ok(terms)
}

/// The names of terms that must be words, not calls.
pub(super) fn plain(terms: Vec<Term>) -> Result<Vec<String>, ErrorResponse> {
    let word = |term: Term| match term.arguments {
        None => Ok(term.name),
        Some(_) => Err(invalid(&format!("{} is a call, and a value is expected here", term.name))),
    };
    terms.into_iter().map(word).collect()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    calls: usize,
    words: usize,
}

impl Reader<'_> {
    fn term(&mut self, depth: usize) -> Result<Term, ErrorResponse> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(['(', ')', ',', '&']).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if let Some(place) = word.find(['=', '|', '<', '>', ';']) {
            self.at += place;
            return Err(self.fault("shorthands are not accepted: write eq(FIELD,VALUE)"));
        }
        let name = decoded(word)
            .ok_or_else(|| self.fault("a value is not UTF-8, or a % is without two digits: encode it twice"))?;
        self.at += end;
        if !self.skip('(') {
            self.words += 1;
            self.check(self.words, WORDS, "field names and values")?;
            return Ok(Term { name, arguments: None });
        }
        self.calls += 1;
        self.check(self.calls, CALLS, "calls")?;
        self.check(depth + 1, DEPTH, "calls inside each other")?;
        let mut arguments = Vec::new();
        if !self.skip(')') {
            loop {
                arguments.push(self.term(depth + 1)?);
                if self.skip(')') {
                    break;
                }
                if !self.skip(',') {
                    return Err(self.fault("a comma or closing parenthesis is missing"));
                }
            }
        }
        Ok(Term { name, arguments: Some(arguments) })
    }

    fn skip(&mut self, expected: char) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let has = rest.starts_with(expected);
        if has {
            self.at += expected.len_utf8();
        }
        has
    }

    fn check(&self, count: usize, limit: usize, what: &str) -> Result<(), ErrorResponse> {
        if count > limit {
            return Err(self.fault(&format!("the limit of {limit} {what} is exceeded")));
        }
        Ok(())
    }

    fn fault(&self, what: &str) -> ErrorResponse {
        let before = self.text.get(..self.at).unwrap_or_default();
        invalid(&format!("{what} (at character {})", before.chars().count() + 1))
    }
}

fn decoded(text: &str) -> Option<String> {
    let bytes = percent::decode(text).ok()?;
    String::from_utf8(bytes.into_owned()).ok()
}
