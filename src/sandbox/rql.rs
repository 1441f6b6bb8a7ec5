//! Queries in Extra Horizon's RQL: calls such as `eq(email,zoe%2540example%252Ecom)`, joined by `&`.
//!
//! A value is encoded twice, of which the API undoes the first as a server does for any query, and the second for RQL alone: so a comma or
//! a parenthesis in a value is none of the query's. Nothing else is taken: shorthands such as `a=b` and `|` are an error here.

use alloc::{
    borrow::{Cow, ToOwned},
    format,
    string::String,
    vec::Vec,
};
use core::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::answer::{Code, Refusal};
use crate::oauth1::percent;

/// How deep calls may stand in calls.
const DEPTH: usize = 16;
/// What a page has where the query does not say it. The API does not document its own; this is a choice.
const DEFAULT: usize = 20;
/// The most items of a page: `MAX_LIMIT` of the SDK 8.14.1, which asks for no more.
const MOST: usize = 50;

/// What a list has, by the names of the wire.
pub(super) trait Item {
    /// One field.
    fn field(&self, name: &str) -> Option<Cow<'_, Value>>;

    /// All of it.
    fn whole(&self) -> Value;
}

impl Item for Value {
    fn field(&self, name: &str) -> Option<Cow<'_, Value>> {
        self.get(name).map(Cow::Borrowed)
    }

    fn whole(&self) -> Value {
        self.clone()
    }
}

/// What a query asks for.
#[derive(Debug, Default)]
pub(super) struct Query {
    conditions: Vec<Condition>,
    select: Option<Vec<String>>,
    /// Fields, and whether downwards.
    sort: Vec<(String, bool)>,
    limit: Option<(usize, usize)>,
    skips_count: bool,
}

#[derive(Debug)]
enum Condition {
    Compare(Comparison, String, String),
    /// Whether the value is one of them.
    Among(bool, String, Vec<String>),
    /// Whether the field is there, or an item of it meets all conditions.
    Has(bool, String, Vec<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

#[derive(Clone, Copy, Debug)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

/// A call, or a plain word where there are no parentheses.
struct Term {
    name: String,
    arguments: Option<Vec<Self>>,
}

impl Query {
    /// Reads what stands behind `?`.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let decoded = decoded(text)
            .ok_or_else(|| invalid("the query is not UTF-8, or a % is without two digits"))?;
        let mut query = Self::default();
        let mut reader = Reader {
            text: &decoded,
            at: 0,
        };
        while reader.at < decoded.len() {
            query.take(reader.term(0)?)?;
            if !reader.takes('&') && reader.at < decoded.len() {
                return Err(reader.fault("calls are joined by &"));
            }
        }
        Ok(query)
    }

    fn take(&mut self, term: Term) -> Result<(), Refusal> {
        match term.name.as_str() {
            "select" => self.select = Some(words(term)?),
            "sort" => {
                self.sort = words(term)?
                    .into_iter()
                    .map(|field| match field.strip_prefix('-') {
                        Some(field) => (field.to_owned(), true),
                        None => (field.trim_start_matches('+').to_owned(), false),
                    })
                    .collect();
            }
            "limit" => {
                let numbers: Option<Vec<usize>> =
                    words(term)?.iter().map(|word| word.parse().ok()).collect();
                self.limit = match numbers.as_deref() {
                    Some(&[limit]) if limit > 0 => Some((limit, 0)),
                    Some(&[limit, offset]) if limit > 0 => Some((limit, offset)),
                    _ => return Err(invalid("write limit(NUMBER) or limit(NUMBER,OFFSET)")),
                };
            }
            "skipCount" | "skip_count" => match term.arguments {
                Some(arguments) if arguments.is_empty() => self.skips_count = true,
                _ => return Err(invalid("write skipCount()")),
            },
            _ => self.conditions.push(condition(term)?),
        }
        Ok(())
    }

    /// The page of those items that meet the conditions.
    pub(super) fn page<I: Item>(&self, items: impl IntoIterator<Item = I>) -> Value {
        let (limit, offset) = self.limit.unwrap_or((DEFAULT, 0));
        let limit = limit.min(MOST);
        let found: Vec<I> = items
            .into_iter()
            .filter(|item| self.conditions.iter().all(|one| one.holds(item)))
            .collect();
        let mut found: Vec<_> = found.iter().map(|item| (self.key(item), item)).collect();
        found.sort_by(|(one, _), (other, _)| self.order(one, other));
        let shown = found.iter().skip(offset).take(limit);
        let data: Vec<Value> = shown.map(|(_, item)| self.selected(*item)).collect();
        let mut page = json!({ "offset": offset, "limit": limit });
        if !self.skips_count {
            page["total"] = found.len().into();
        }
        json!({ "page": page, "data": data })
    }

    /// The values by which an item is sorted.
    fn key(&self, item: &impl Item) -> Vec<Option<Value>> {
        let value = |(field, _): &(String, bool)| at(item, field).map(Cow::into_owned);
        self.sort.iter().map(value).collect()
    }

    fn order(&self, one: &[Option<Value>], other: &[Option<Value>]) -> Ordering {
        let pairs = one.iter().zip(other).zip(&self.sort);
        pairs
            .map(|((one, other), (_, falls))| {
                let order = match (one, other) {
                    (Some(Value::String(one)), Some(Value::String(other))) => one.cmp(other),
                    (Some(one), Some(other)) => one
                        .as_f64()
                        .partial_cmp(&other.as_f64())
                        .unwrap_or(Ordering::Equal),
                    (one, other) => one.is_some().cmp(&other.is_some()),
                };
                if *falls { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// The identifier is always there.
    fn selected(&self, item: &impl Item) -> Value {
        let Some(fields) = &self.select else {
            return item.whole();
        };
        let fields: Vec<&str> = fields.iter().map(String::as_str).chain(["id"]).collect();
        cut(item.whole(), &fields)
    }
}

impl Condition {
    fn holds(&self, item: &impl Item) -> bool {
        match self {
            Self::Compare(comparison, field, value) => {
                comparison.holds(at(item, field).as_deref(), value)
            }
            Self::Among(is_in, field, values) => {
                let found = at(item, field);
                let is_found = values
                    .iter()
                    .any(|value| Comparison::Equal.holds(found.as_deref(), value));
                is_found == *is_in
            }
            Self::Has(has, field, conditions) => {
                let all = |item: &Value| conditions.iter().all(|condition| condition.holds(item));
                let found = match at(item, field).as_deref() {
                    None | Some(Value::Null) => false,
                    Some(_) if conditions.is_empty() => true,
                    Some(Value::Array(items)) => items.iter().any(all),
                    Some(one) => all(one),
                };
                found == *has
            }
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(item)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(item)),
        }
    }
}

impl Comparison {
    /// Of an array, one item is enough; `ne` holds where `eq` does not.
    fn holds(self, found: Option<&Value>, value: &str) -> bool {
        if let Self::NotEqual = self {
            return !Self::Equal.holds(found, value);
        }
        let order = match found {
            None => return false,
            Some(Value::Array(items)) => {
                return items.iter().any(|item| self.holds(Some(item), value));
            }
            Some(Value::String(text)) if matches!(self, Self::Like) => {
                return text.to_lowercase().contains(&value.to_lowercase());
            }
            Some(Value::String(text)) => Some(text.as_str().cmp(value)),
            Some(Value::Number(number)) => value
                .parse()
                .ok()
                .and_then(|value: f64| number.as_f64()?.partial_cmp(&value)),
            Some(Value::Bool(found)) => value.parse().ok().map(|value| found.cmp(&value)),
            Some(Value::Null) => (value == "null").then_some(Ordering::Equal),
            Some(Value::Object(_)) => None,
        };
        order.is_some_and(|order| match self {
            Self::Equal => order.is_eq(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::NotEqual | Self::Like => false,
        })
    }
}

/// The value of a field, which may have dots to reach into objects, and into each object of an array.
fn at<'a>(item: &'a impl Item, field: &str) -> Option<Cow<'a, Value>> {
    let mut names = field.split('.');
    let first = item.field(names.next()?)?;
    names.try_fold(first, |found, name| match found {
        Cow::Borrowed(Value::Object(fields)) => fields.get(name).map(Cow::Borrowed),
        other => inside(&other, name).map(Cow::Owned),
    })
}

fn inside(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Array(items) => {
            let found: Vec<_> = items.iter().filter_map(|item| item.get(name)).collect();
            (!found.is_empty()).then(|| json!(found))
        }
        other => other.get(name).cloned(),
    }
}

/// What fields leave of a value, with dots as in `at`.
fn cut(value: Value, fields: &[&str]) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|item| cut(item, fields)).collect(),
        Value::Object(all) => {
            let mut kept = Map::new();
            for (name, value) in all {
                if fields.contains(&name.as_str()) {
                    kept.insert(name, value);
                    continue;
                }
                let inner: Vec<&str> = fields
                    .iter()
                    .filter_map(|field| field.strip_prefix(name.as_str())?.strip_prefix('.'))
                    .collect();
                let has_fields = value.is_object() || value.is_array();
                if has_fields && !inner.is_empty() {
                    kept.insert(name, cut(value, &inner));
                }
            }
            Value::Object(kept)
        }
        other => other,
    }
}

fn condition(term: Term) -> Result<Condition, Refusal> {
    let name = term.name;
    let arguments = term
        .arguments
        .ok_or_else(|| invalid(&format!("{name} is no call such as eq(FIELD,VALUE)")))?;
    let wrong = |form: &str| invalid(&format!("write {name}({form})"));
    let comparison = match name.as_str() {
        "eq" => Comparison::Equal,
        "ne" => Comparison::NotEqual,
        "lt" => Comparison::Less,
        "le" => Comparison::LessOrEqual,
        "gt" => Comparison::Greater,
        "ge" => Comparison::GreaterOrEqual,
        "like" => Comparison::Like,
        "and" | "or" => {
            let conditions: Result<Vec<_>, _> = arguments.into_iter().map(condition).collect();
            return conditions.and_then(|conditions| match name.as_str() {
                _ if conditions.is_empty() => Err(wrong("CONDITION,CONDITION")),
                "and" => Ok(Condition::All(conditions)),
                _ => Ok(Condition::Any(conditions)),
            });
        }
        "in" | "out" => {
            let mut values = plain(arguments)?.into_iter();
            let field = values.next().filter(|field| !field.is_empty());
            let field = field.ok_or_else(|| wrong("FIELD,VALUE,VALUE"))?;
            return Ok(Condition::Among(name == "in", field, values.collect()));
        }
        "contains" | "excludes" => {
            let mut arguments = arguments.into_iter();
            let field = arguments
                .next()
                .filter(|field| field.arguments.is_none() && !field.name.is_empty())
                .ok_or_else(|| wrong("FIELD"))?;
            let conditions: Result<Vec<_>, _> = arguments.map(condition).collect();
            return Ok(Condition::Has(name == "contains", field.name, conditions?));
        }
        _ => return Err(invalid(&format!("{name} is no verb of RQL"))),
    };
    let words = plain(arguments)?;
    match <[String; 2]>::try_from(words) {
        Ok([field, value]) if !field.is_empty() => Ok(Condition::Compare(comparison, field, value)),
        _ => Err(wrong("FIELD,VALUE")),
    }
}

/// The words of a call that has at least one.
fn words(term: Term) -> Result<Vec<String>, Refusal> {
    let name = term.name;
    let words = plain(term.arguments.unwrap_or_default())?;
    if words.is_empty() || words.iter().any(String::is_empty) {
        return Err(invalid(&format!(
            "{name} lacks something between its parentheses"
        )));
    }
    Ok(words)
}

fn plain(terms: Vec<Term>) -> Result<Vec<String>, Refusal> {
    let word = |term: Term| match term.arguments {
        None => Ok(term.name),
        Some(_) => Err(invalid(&format!(
            "{} stands where a value has to",
            term.name
        ))),
    };
    terms.into_iter().map(word).collect()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn term(&mut self, depth: usize) -> Result<Term, Refusal> {
        if depth > DEPTH {
            return Err(self.fault(&format!("calls stand deeper than {DEPTH} in each other")));
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        let end = rest.find(['(', ')', ',', '&']).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if let Some(place) = word.find(['=', '|', '<', '>', ';']) {
            self.at += place;
            return Err(self.fault("shorthands are not taken here: write eq(FIELD,VALUE)"));
        }
        // The second of two encodings: the first was undone for the whole query.
        let name = decoded(word).ok_or_else(|| {
            self.fault("a value is not UTF-8, or a % is without two digits: encode it twice")
        })?;
        self.at += end;
        if !self.takes('(') {
            return Ok(Term {
                name,
                arguments: None,
            });
        }
        let mut arguments = Vec::new();
        if !self.takes(')') {
            loop {
                arguments.push(self.term(depth + 1)?);
                if self.takes(')') {
                    break;
                }
                if !self.takes(',') {
                    return Err(self.fault("a comma or closing parenthesis is missing"));
                }
            }
        }
        Ok(Term {
            name,
            arguments: Some(arguments),
        })
    }

    fn takes(&mut self, expected: char) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let has = rest.starts_with(expected);
        if has {
            self.at += expected.len_utf8();
        }
        has
    }

    fn fault(&self, what: &str) -> Refusal {
        let before = self.text.get(..self.at).unwrap_or_default();
        invalid(&format!(
            "{what} (at character {})",
            before.chars().count() + 1
        ))
    }
}

fn decoded(text: &str) -> Option<String> {
    let octets = percent::decode(text).ok()?;
    String::from_utf8(octets.into_owned()).ok()
}

fn invalid(what: &str) -> Refusal {
    Refusal::new(Code::InvalidRql, format!("The RQL cannot be read: {what}"))
}
