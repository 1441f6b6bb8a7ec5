//! Queries in Extra Horizon's RQL: calls such as `eq(email,zoe%2540example%252Ecom)`, joined by `&`.
//!
//! Shorthands such as `a=b` and `|` are rejected. The size of a query is limited, because lists have up to 100,000
//! items.
//!
//! | step | file |
//! |---|---|
//! | text to terms, with the limits | `parse.rs` |
//! | terms to conditions, and whether an item meets them | `condition.rs` |
//! | sorting, selecting and cutting a page | here |

mod condition;
mod parse;

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::response::{Code, ErrorResponse};
use condition::{Condition, Path};
use parse::{Term, plain};

/// Items on a page if the query has no `limit`. The API does not document its default; this is a choice.
const DEFAULT_LIMIT: usize = 20;
/// The maximum for `limit`: `MAX_LIMIT` of the SDK 8.14.1.
const MAXIMUM_LIMIT: usize = 50;
/// Fields of `sort`.
const SORT_FIELDS: usize = 8;

/// An item of a list. Names are those of the wire.
pub(super) trait Item {
    /// One field.
    fn field(&self, name: &str) -> Option<&Value>;

    /// The whole item.
    fn whole(&self) -> Value;
}

impl Item for Value {
    fn field(&self, name: &str) -> Option<&Value> {
        self.get(name)
    }

    fn whole(&self) -> Value {
        self.clone()
    }
}

/// A parsed query.
#[derive(Debug, Default)]
pub(super) struct Query {
    conditions: Vec<Condition>,
    select: Option<Vec<String>>,
    sort: Vec<SortField>,
    limit: Option<(usize, usize)>,
    skips_count: bool,
}

#[derive(Debug)]
struct SortField {
    path: Path,
    is_descending: bool,
}

impl Query {
    /// Parses a query, without its `?`.
    pub(super) fn parse(text: &str) -> Result<Self, ErrorResponse> {
        let mut query = Self::default();
        for term in parse::terms(text)? {
            query.add(term)?;
        }
        Ok(query)
    }

    fn add(&mut self, term: Term) -> Result<(), ErrorResponse> {
        match term.name.as_str() {
            "select" => self.select = Some(words(term)?),
            "sort" => {
                let fields = words(term)?;
                if fields.len() > SORT_FIELDS {
                    return Err(invalid(&format!("sort has {} fields, and the limit is {SORT_FIELDS}", fields.len())));
                }
                self.sort = fields.iter().map(|field| SortField::new(field)).collect();
            }
            "limit" => {
                let numbers: Option<Vec<usize>> = words(term)?.iter().map(|word| word.parse().ok()).collect();
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
            _ => self.conditions.push(Condition::new(term)?),
        }
        Ok(())
    }

    /// The page of the items that meet the conditions.
    pub(super) fn page<I: Item>(&self, items: impl IntoIterator<Item = I>) -> Value {
        let (limit, offset) = self.limit.unwrap_or((DEFAULT_LIMIT, 0));
        let limit = limit.min(MAXIMUM_LIMIT);
        let found: Vec<I> =
            items.into_iter().filter(|item| self.conditions.iter().all(|one| one.holds(item))).collect();
        let order = self.order(&found);
        let shown = order.iter().skip(offset).take(limit);
        let data: Vec<Value> = shown.filter_map(|index| Some(self.selected(found.get(*index)?))).collect();
        let mut page = json!({ "offset": offset, "limit": limit });
        if !self.skips_count {
            page["total"] = found.len().into();
        }
        json!({ "page": page, "data": data })
    }

    /// The indexes of the items in the order of `sort`. Compares values in place, without a copy.
    fn order(&self, items: &[impl Item]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..items.len()).collect();
        let width = self.sort.len();
        if width == 0 {
            return order;
        }
        let keys: Vec<Option<&Value>> =
            items.iter().flat_map(|item| self.sort.iter().map(move |field| field.path.value(item))).collect();
        let row = |index: usize| keys.iter().skip(index * width).take(width);
        order.sort_by(|one, other| {
            row(*one)
                .zip(row(*other))
                .zip(&self.sort)
                .map(|((one, other), field)| field.compare(*one, *other))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        order
    }

    /// The fields of `select`, and always the identifier.
    fn selected(&self, item: &impl Item) -> Value {
        let Some(fields) = &self.select else {
            return item.whole();
        };
        let fields: Vec<&str> = fields.iter().map(String::as_str).chain(["id"]).collect();
        cut(item.whole(), &fields)
    }
}

impl SortField {
    fn new(field: &str) -> Self {
        match field.strip_prefix('-') {
            Some(field) => Self { path: Path::new(field), is_descending: true },
            None => Self { path: Path::new(field.trim_start_matches('+')), is_descending: false },
        }
    }

    /// Strings are compared as text, other values as numbers. A missing field comes first.
    fn compare(&self, one: Option<&Value>, other: Option<&Value>) -> Ordering {
        let order = match (one, other) {
            (Some(Value::String(one)), Some(Value::String(other))) => one.cmp(other),
            (Some(one), Some(other)) => one.as_f64().partial_cmp(&other.as_f64()).unwrap_or(Ordering::Equal),
            (one, other) => one.is_some().cmp(&other.is_some()),
        };
        if self.is_descending { order.reverse() } else { order }
    }
}

/// The part of a value that `select` names. A dot reaches into objects and into each object of an array.
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
                let inner: Vec<&str> =
                    fields.iter().filter_map(|field| field.strip_prefix(name.as_str())?.strip_prefix('.')).collect();
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

/// The words of a call that must have at least one.
fn words(term: Term) -> Result<Vec<String>, ErrorResponse> {
    let name = term.name.clone();
    let words = plain(term.arguments.unwrap_or_default())?;
    if words.is_empty() || words.iter().any(String::is_empty) {
        return Err(invalid(&format!("{name} lacks a value between its parentheses")));
    }
    Ok(words)
}

fn invalid(what: &str) -> ErrorResponse {
    ErrorResponse::new(Code::InvalidRql, "The RQL cannot be read: ".to_owned() + what)
}
