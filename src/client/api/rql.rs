//! RQL, the query language of Extra Horizon's lists: built from values in plain text.

use std::fmt::{self, Display};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::client::{call::request::RequestBuilder, outcome::error::Error};

/// Characters of a field name that are not encoded, in addition to letters and digits: those that the SDK accepts
/// there. Any other would end the field, or count as nested when the API verifies the signature.
const FIELD: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'$').remove(b'*').remove(b'+').remove(b'-').remove(b'.').remove(b':').remove(b'_');

/// A query of a list: conditions, order, and limit.
///
/// Values are plain text. All characters except ASCII letters and digits are percent-encoded twice, as in Extra
/// Horizon's own SDK since version 8: the API decodes the query once and each value once more, so a value may have a
/// comma or parenthesis. Field names are sent as given, except for characters that would end them; the SDK does not
/// encode those. `Display` is the text as it is sent, with calls joined by `&`. A user's text, such as
/// `eq(email,zoë@example.com)&limit(10)`, is read with [`str::parse`]; see [`RqlError`](crate::client::RqlError).
///
/// # Examples
///
/// ```
/// use exh_oauth1::client::Rql;
///
/// let query = Rql::new()
///     .eq("email", "zoë@example.com")
///     .or([Rql::new().gt("age", 40), Rql::new().is_in("language", ["NL", "FR"])])
///     .limit(10);
/// assert_eq!(
///     query.to_string(),
///     "eq(email,zo%25C3%25AB%2540example%252Ecom)&or(gt(age,40),in(language,NL,FR))&limit(10)"
/// );
/// ```
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
#[must_use = "a query does nothing until a request has it"]
pub struct Rql {
    /// Each call as it is sent.
    calls: Vec<String>,
}

impl Rql {
    /// A query without conditions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether it has no calls.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Returns only these fields of each item.
    pub fn select(self, fields: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.call("select", fields.into_iter().map(field))
    }

    /// Returns at most `limit` items. It replaces an earlier limit.
    pub fn limit(self, limit: u64) -> Self {
        self.limit_from(limit, 0)
    }

    /// Returns at most `limit` items after the first `offset`. It replaces an earlier limit.
    #[doc(alias = "offset")]
    pub fn limit_from(mut self, limit: u64, offset: u64) -> Self {
        self.calls.retain(|call| !call.starts_with("limit("));
        let offset = (offset > 0).then_some(offset);
        let numbers = [Some(limit), offset].into_iter().flatten();
        self.call("limit", numbers.map(|number| number.to_string()))
    }

    /// Sorts by these fields; `-` before a field is descending, `+` or nothing ascending.
    pub fn sort(self, fields: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.call("sort", fields.into_iter().map(field))
    }

    /// The field is one of the values.
    #[doc(alias = "in")]
    pub fn is_in(self, field: impl AsRef<str>, values: impl IntoIterator<Item = impl Display>) -> Self {
        self.list("in", field.as_ref(), values)
    }

    /// The field is none of the values.
    #[doc(alias = "is_not_in")]
    pub fn out(self, field: impl AsRef<str>, values: impl IntoIterator<Item = impl Display>) -> Self {
        self.list("out", field.as_ref(), values)
    }

    /// The field equals the value.
    pub fn eq(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("eq", field.as_ref(), value)
    }

    /// The field does not equal the value.
    pub fn ne(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("ne", field.as_ref(), value)
    }

    /// The field is less than the value.
    pub fn lt(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("lt", field.as_ref(), value)
    }

    /// The field is less than the value, or equals it.
    pub fn le(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("le", field.as_ref(), value)
    }

    /// The field is greater than the value.
    pub fn gt(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("gt", field.as_ref(), value)
    }

    /// The field is greater than the value, or equals it.
    pub fn ge(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("ge", field.as_ref(), value)
    }

    /// The field is text with the value in it.
    pub fn like(self, field: impl AsRef<str>, value: impl Display) -> Self {
        self.comparison("like", field.as_ref(), value)
    }

    /// The field exists; with conditions, it is a list with an item that meets all of them.
    pub fn contains(self, field: impl AsRef<str>, conditions: impl IntoIterator<Item = Self>) -> Self {
        self.items("contains", field.as_ref(), conditions)
    }

    /// The field does not exist; with conditions, it is a list without an item that meets all of them.
    pub fn excludes(self, field: impl AsRef<str>, conditions: impl IntoIterator<Item = Self>) -> Self {
        self.items("excludes", field.as_ref(), conditions)
    }

    /// All of the conditions are met.
    pub fn and(self, conditions: impl IntoIterator<Item = Self>) -> Self {
        self.call("and", conditions.into_iter().map(Self::into_condition))
    }

    /// One of the conditions is met.
    pub fn or(self, conditions: impl IntoIterator<Item = Self>) -> Self {
        self.call("or", conditions.into_iter().map(Self::into_condition))
    }

    /// Does not count the items, which is faster. The page has no total then.
    #[doc(alias = "skipCount")]
    pub fn skip_count(self) -> Self {
        self.call("skipCount", [])
    }

    /// Adds a call with encoded arguments.
    pub(super) fn call(mut self, verb: &str, arguments: impl IntoIterator<Item = String>) -> Self {
        let arguments: Vec<_> = arguments.into_iter().collect();
        self.calls.push(format!("{verb}({})", arguments.join(",")));
        self
    }

    /// The query as a condition in another.
    pub(super) fn into_condition(mut self) -> String {
        match self.calls.len() {
            0 | 1 => self.calls.pop().unwrap_or_default(),
            _ => format!("and({})", self.calls.join(",")),
        }
    }

    fn comparison(self, verb: &str, name: &str, text: impl Display) -> Self {
        self.call(verb, [field(name), value(text)])
    }

    fn list(self, verb: &str, name: &str, values: impl IntoIterator<Item = impl Display>) -> Self {
        let values: Vec<_> = values.into_iter().map(value).collect();
        self.call(verb, [field(name), values.join(",")])
    }

    fn items(self, verb: &str, name: &str, conditions: impl IntoIterator<Item = Self>) -> Self {
        let mut conditions = conditions.into_iter().peekable();
        let all = conditions.peek().is_some().then(|| Self::new().and(conditions).into_condition());
        self.call(verb, [Some(field(name)), all].into_iter().flatten())
    }
}

impl Display for Rql {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, call) in self.calls.iter().enumerate() {
            let separator = if index == 0 { "" } else { "&" };
            write!(formatter, "{separator}{call}")?;
        }
        Ok(())
    }
}

/// A field as it is sent.
pub(super) fn field(name: impl AsRef<str>) -> String {
    encode_twice(name.as_ref(), FIELD)
}

/// A value as it is sent.
pub(super) fn value(text: impl Display) -> String {
    encode_twice(&text.to_string(), NON_ALPHANUMERIC)
}

/// After the first encoding, only its percent signs are left to encode.
fn encode_twice(text: &str, escaped: &'static AsciiSet) -> String {
    utf8_percent_encode(text, escaped).to_string().replace('%', "%25")
}

impl RequestBuilder {
    /// Adds RQL to the query.
    ///
    /// # Errors
    ///
    /// As [`Client::request`](crate::client::Client::request).
    pub fn rql(self, rql: &Rql) -> Result<Self, Error> {
        if rql.is_empty() {
            return Ok(self);
        }
        self.raw_query(&rql.to_string())
    }
}
