//! RQL as users write it, with values in plain text.

use std::{error, fmt, str::FromStr};

use super::rql::{Rql, field, value};

/// The verbs, and how each is written.
const VERBS: [(&str, &str); 16] = [
    ("select", "select(FIELD,...)"),
    ("limit", "limit(NUMBER[,OFFSET])"),
    ("sort", "sort(FIELD,...), with - before a field for descending"),
    ("in", "in(FIELD,VALUE,...)"),
    ("out", "out(FIELD,VALUE,...)"),
    ("eq", "eq(FIELD,VALUE)"),
    ("ne", "ne(FIELD,VALUE)"),
    ("lt", "lt(FIELD,VALUE)"),
    ("le", "le(FIELD,VALUE)"),
    ("gt", "gt(FIELD,VALUE)"),
    ("ge", "ge(FIELD,VALUE)"),
    ("like", "like(FIELD,VALUE)"),
    ("contains", "contains(FIELD[,CONDITION,...])"),
    ("excludes", "excludes(FIELD[,CONDITION,...])"),
    ("and", "and(CONDITION,...)"),
    ("or", "or(CONDITION,...)"),
];

/// Written without arguments.
const SKIP_COUNT: &str = "skipCount";

/// Maximum depth of calls within calls.
const DEEPEST: usize = 64;

/// Why text is not RQL, and where.
///
/// The text is calls joined by `&`, such as `eq(email,zoë@example.com)&limit(10)`. Values are plain text. White space
/// around them is dropped. A value with a comma, a parenthesis, or white space at its ends must be in double quotes;
/// within these, `\"` and `\\` mean `"` and `\`.
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::{Rql, RqlError, RqlProblem};
///
/// let query: Rql = r#"eq(name,"Doe, Zoë")&limit(10)"#.parse()?;
/// assert_eq!(query, Rql::new().eq("name", "Doe, Zoë").limit(10));
///
/// let rejected = "eq(name,Doe, Zoë)".parse::<Rql>();
/// assert_eq!(
///     rejected,
///     Err(RqlError { character: 14, problem: RqlProblem::Arguments("eq(FIELD,VALUE)") })
/// );
/// # Ok::<(), RqlError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RqlError {
    /// The position in characters, counted from 1.
    pub character: usize,
    /// What is wrong there.
    pub problem: RqlProblem,
}

/// What is wrong with RQL.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum RqlProblem {
    /// An unknown verb.
    Verb(String),
    /// A verb was expected.
    NoVerb,
    /// The verb accepts other arguments; this is its form.
    Arguments(&'static str),
    /// A field is empty.
    Field,
    /// It is not a whole number.
    Number,
    /// A condition was expected.
    Condition,
    /// A parenthesis is in a value without quotes.
    Parenthesis,
    /// A parenthesis is not closed.
    Unclosed,
    /// A double quote is not closed.
    UnclosedQuote,
    /// Text between a closing quote and the next comma or parenthesis.
    AfterQuote,
    /// Something other than `&` after a call.
    AfterCall,
    /// A second limit.
    SecondLimit,
    /// A limit, a selection or an order within a condition.
    Nested,
    /// Calls are nested too deeply.
    Depth,
}

impl FromStr for Rql {
    type Err = RqlError;

    fn from_str(text: &str) -> Result<Self, RqlError> {
        Reader { text, at: 0 }.query()
    }
}

/// Text, read from its beginning.
struct Reader<'a> {
    text: &'a str,
    /// The byte that is read next.
    at: usize,
}

/// An argument of a call.
struct Argument {
    at: usize,
    kind: Kind,
}

enum Kind {
    /// Plain text.
    Text(String),
    /// A condition as it is sent.
    Condition(String),
}

impl<'a> Reader<'a> {
    fn query(mut self) -> Result<Rql, RqlError> {
        self.skip_space();
        // The SDK writes it so, and so does a URL.
        self.take('?');
        let mut rql = Rql::new();
        let mut has_limit = false;
        loop {
            let (begin, verb) = self.verb()?;
            if verb == "limit" && std::mem::replace(&mut has_limit, true) {
                return Err(self.error(begin, RqlProblem::SecondLimit));
            }
            rql = self.call(rql, begin, verb, 0)?;
            self.skip_space();
            let after = self.at;
            if self.rest().is_empty() {
                return Ok(rql);
            }
            if !self.take('&') {
                return Err(self.error(after, RqlProblem::AfterCall));
            }
        }
    }

    /// A verb and its position, with the parenthesis that follows.
    fn verb(&mut self) -> Result<(usize, &'a str), RqlError> {
        self.skip_space();
        let begin = self.at;
        let word = self.until(&['(', ')', ',', '&', '|']).trim_end();
        if word.is_empty() {
            return Err(self.error(begin, RqlProblem::NoVerb));
        }
        if !self.take('(') || usage(word).is_none() {
            return Err(self.error(begin, RqlProblem::Verb(word.to_owned())));
        }
        Ok((begin, word))
    }

    /// The rest of a call, from its arguments on.
    fn call(&mut self, rql: Rql, begin: usize, verb: &str, depth: usize) -> Result<Rql, RqlError> {
        if depth > DEEPEST {
            return Err(self.error(begin, RqlProblem::Depth));
        }
        let arguments = self.arguments(begin, verb, depth)?;
        let end = self.at - 1;
        let usage = usage(verb).unwrap_or_default();
        let (least, most) = match verb {
            SKIP_COUNT => (0, 0),
            "select" | "sort" | "and" | "or" | "contains" | "excludes" => (1, usize::MAX),
            "limit" => (1, 2),
            "in" | "out" => (2, usize::MAX),
            _ => (2, 2),
        };
        if arguments.len() < least {
            return Err(self.error(end, RqlProblem::Arguments(usage)));
        }
        if let Some(extra) = arguments.get(most) {
            return Err(self.error(extra.at, RqlProblem::Arguments(usage)));
        }
        if verb == "limit" {
            let mut numbers = [0; 2];
            for (number, argument) in numbers.iter_mut().zip(&arguments) {
                *number = self.number(argument)?;
            }
            return Ok(rql.limit_from(numbers[0], numbers[1]));
        }
        let mut encoded = Vec::with_capacity(arguments.len());
        for (index, argument) in arguments.into_iter().enumerate() {
            let Argument { at, kind } = argument;
            let is_field = match verb {
                "select" | "sort" => true,
                "and" | "or" => false,
                _ => index == 0,
            };
            encoded.push(match kind {
                Kind::Condition(condition) => condition,
                Kind::Text(text) if is_field => {
                    if text.trim_start_matches(['+', '-']).is_empty() {
                        return Err(self.error(at, RqlProblem::Field));
                    }
                    field(text)
                }
                Kind::Text(_) if matches!(verb, "and" | "or") => {
                    return Err(self.error(at, RqlProblem::Condition));
                }
                Kind::Text(text) => value(text),
            });
        }
        Ok(rql.call(verb, encoded))
    }

    /// The arguments, with the parenthesis that closes them.
    fn arguments(&mut self, begin: usize, verb: &str, depth: usize) -> Result<Vec<Argument>, RqlError> {
        let mut arguments = Vec::new();
        self.skip_space();
        if self.take(')') {
            return Ok(arguments);
        }
        loop {
            self.skip_space();
            let at = self.at;
            let takes_conditions = match verb {
                "and" | "or" => true,
                "contains" | "excludes" => !arguments.is_empty(),
                _ => false,
            };
            let kind = self.argument(takes_conditions, depth)?;
            arguments.push(Argument { at, kind });
            if self.take(')') {
                return Ok(arguments);
            }
            if !self.take(',') {
                // Nothing else ends an argument.
                return Err(self.error(begin + verb.len(), RqlProblem::Unclosed));
            }
        }
    }

    fn argument(&mut self, takes_conditions: bool, depth: usize) -> Result<Kind, RqlError> {
        if self.rest().starts_with('"') {
            return self.quoted().map(Kind::Text);
        }
        let begin = self.at;
        let text = self.until(&['(', ')', ',']).trim_end();
        if !self.rest().starts_with('(') {
            return Ok(Kind::Text(text.to_owned()));
        }
        if !takes_conditions {
            return Err(self.error(self.at, RqlProblem::Parenthesis));
        }
        self.at = begin;
        let (begin, verb) = self.verb()?;
        if matches!(verb, "limit" | "select" | "sort" | SKIP_COUNT) {
            return Err(self.error(begin, RqlProblem::Nested));
        }
        let condition = self.call(Rql::new(), begin, verb, depth + 1)?;
        self.skip_space();
        if self.rest().starts_with([',', ')']) || self.rest().is_empty() {
            Ok(Kind::Condition(condition.into_condition()))
        } else {
            Err(self.error(self.at, RqlProblem::AfterCall))
        }
    }

    /// A value in double quotes.
    fn quoted(&mut self) -> Result<String, RqlError> {
        let begin = self.at;
        self.take('"');
        let mut text = String::new();
        loop {
            text.push_str(self.until(&['"', '\\']));
            if self.take('"') {
                break;
            }
            if !self.take('\\') {
                return Err(self.error(begin, RqlProblem::UnclosedQuote));
            }
            match self.rest().chars().next() {
                Some(escaped @ ('"' | '\\')) => {
                    self.take(escaped);
                    text.push(escaped);
                }
                _ => text.push('\\'),
            }
        }
        self.skip_space();
        if self.rest().starts_with([',', ')']) || self.rest().is_empty() {
            Ok(text)
        } else {
            Err(self.error(self.at, RqlProblem::AfterQuote))
        }
    }

    fn number(&self, argument: &Argument) -> Result<u64, RqlError> {
        match &argument.kind {
            Kind::Text(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        }
        .ok_or_else(|| self.error(argument.at, RqlProblem::Number))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, character: char) -> bool {
        let is_next = self.rest().starts_with(character);
        if is_next {
            self.at += character.len_utf8();
        }
        is_next
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Everything up to one of the characters, or to the end.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let length = rest.find(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn error(&self, at: usize, problem: RqlProblem) -> RqlError {
        let before = self.text.get(..at).unwrap_or(self.text);
        RqlError { character: before.chars().count() + 1, problem }
    }
}

/// The form of a verb, if it exists.
fn usage(verb: &str) -> Option<&'static str> {
    if verb == SKIP_COUNT {
        return Some("skipCount()");
    }
    let known = VERBS.iter().find(|(known, _)| *known == verb);
    known.map(|(_, usage)| *usage)
}

impl fmt::Display for RqlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at character {}: ", self.character)?;
        formatter.write_str(match &self.problem {
            RqlProblem::Verb(word) => {
                return match usage(word) {
                    Some(usage) => {
                        write!(formatter, "no parenthesis after {word}; write {usage}")
                    }
                    None => unknown(formatter, word),
                };
            }
            RqlProblem::Arguments(usage) => {
                return write!(formatter, "write {usage}, and a value with a comma in double quotes");
            }
            RqlProblem::NoVerb => "nothing here; write calls such as eq(FIELD,VALUE), joined with &",
            RqlProblem::Field => "the name of a field is missing",
            RqlProblem::Number => "not a whole number; write limit(NUMBER[,OFFSET])",
            RqlProblem::Condition => "not a condition; write one such as eq(FIELD,VALUE)",
            RqlProblem::Parenthesis => {
                "a parenthesis in a value; put the value in double quotes, or close the call in front of it"
            }
            RqlProblem::Unclosed => "this parenthesis is not closed",
            RqlProblem::UnclosedQuote => "this double quote is not closed",
            RqlProblem::AfterQuote => "text after the closing double quote; within quotes, write \\\" for one",
            RqlProblem::AfterCall => {
                "text after a call; join calls with &, and write alternatives as or(CONDITION,CONDITION)"
            }
            RqlProblem::SecondLimit => "a second limit",
            RqlProblem::Nested => "not a condition; write it next to the others, joined with &",
            RqlProblem::Depth => "conditions are nested too deeply",
        })
    }
}

/// Lists the verbs, or names the one that was probably meant.
fn unknown(formatter: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let plain = |verb: &str| verb.replace('_', "").to_ascii_lowercase();
    let mut verbs = VERBS.iter().map(|(verb, _)| *verb).chain([SKIP_COUNT]);
    if let Some(meant) = verbs.clone().find(|verb| plain(verb) == plain(word)) {
        return write!(formatter, "not a verb of RQL; write {meant}");
    }
    formatter.write_str("not a verb of RQL; the verbs are ")?;
    verbs.try_for_each(|verb| {
        let separator = if verb == SKIP_COUNT { "" } else { ", " };
        write!(formatter, "{verb}{separator}")
    })
}

impl error::Error for RqlError {}
