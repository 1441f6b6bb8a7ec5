//! Conditions such as `eq(FIELD,VALUE)`, and whether an item meets them.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::Value;

use super::{
    ErrorResponse, Item, invalid,
    parse::{Term, plain},
};

/// A condition on an item.
#[derive(Debug)]
pub(super) enum Condition {
    Compare(Comparison, Path, Literal),
    /// Whether the value is (true) or is not (false) in the set.
    Among(bool, Path, Set),
    /// Whether the field is there (true) or missing (false). With conditions: whether an item of it meets them all.
    Has(bool, Path, Vec<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

impl Condition {
    pub(super) fn new(term: Term) -> Result<Self, ErrorResponse> {
        let name = term.name;
        let arguments =
            term.arguments.ok_or_else(|| invalid(&format!("{name} is not a call such as eq(FIELD,VALUE)")))?;
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
                let conditions: Result<Vec<_>, _> = arguments.into_iter().map(Self::new).collect();
                return conditions.and_then(|conditions| match name.as_str() {
                    _ if conditions.is_empty() => Err(wrong("CONDITION,CONDITION")),
                    "and" => Ok(Self::All(conditions)),
                    _ => Ok(Self::Any(conditions)),
                });
            }
            "in" | "out" => {
                let mut values = plain(arguments)?.into_iter();
                let field = values.next().filter(|field| !field.is_empty());
                let field = field.ok_or_else(|| wrong("FIELD,VALUE,VALUE"))?;
                let set = Set::new(values.collect());
                return Ok(Self::Among(name == "in", Path::new(&field), set));
            }
            "contains" | "excludes" => {
                let mut arguments = arguments.into_iter();
                let field = arguments
                    .next()
                    .filter(|field| field.arguments.is_none() && !field.name.is_empty())
                    .ok_or_else(|| wrong("FIELD"))?;
                let conditions: Result<Vec<_>, _> = arguments.map(Self::new).collect();
                let path = Path::new(&field.name);
                return Ok(Self::Has(name == "contains", path, conditions?));
            }
            _ => return Err(invalid(&format!("{name} is not a verb of RQL"))),
        };
        match <[String; 2]>::try_from(plain(arguments)?) {
            Ok([field, value]) if !field.is_empty() => {
                Ok(Self::Compare(comparison, Path::new(&field), Literal::new(value)))
            }
            _ => Err(wrong("FIELD,VALUE")),
        }
    }

    /// Whether the item meets the condition.
    pub(super) fn holds(&self, item: &impl Item) -> bool {
        match self {
            Self::Compare(Comparison::NotEqual, path, literal) => {
                !path.any(item, &|value| literal.matches(Comparison::Equal, value))
            }
            Self::Compare(comparison, path, literal) => path.any(item, &|value| literal.matches(*comparison, value)),
            Self::Among(is_in, path, set) => path.any(item, &|value| set.has(value)) == *is_in,
            Self::Has(has, path, conditions) => {
                let all = |item: &Value| conditions.iter().all(|condition| condition.holds(item));
                let is_found = path.any(item, &|value| match value {
                    Value::Null => false,
                    _ if conditions.is_empty() => true,
                    Value::Array(items) => items.iter().any(all),
                    one => all(one),
                });
                is_found == *has
            }
            Self::All(conditions) => conditions.iter().all(|condition| condition.holds(item)),
            Self::Any(conditions) => conditions.iter().any(|condition| condition.holds(item)),
        }
    }
}

/// The way to a field. Each name after the first reaches into an object, or into each object of an array.
#[derive(Debug)]
pub(super) struct Path(Vec<String>);

impl Path {
    pub(super) fn new(field: &str) -> Self {
        Self(field.split('.').map(ToOwned::to_owned).collect())
    }

    /// The value, if no array is on the way to it.
    pub(super) fn value<'a>(&self, item: &'a impl Item) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(item.field(first)?, |value, name| value.get(name))
    }

    /// Whether a value at the end of the path passes the test.
    fn any(&self, item: &impl Item, test: &dyn Fn(&Value) -> bool) -> bool {
        let Some((first, rest)) = self.0.split_first() else {
            return false;
        };
        item.field(first).is_some_and(|value| any(value, rest, test))
    }
}

fn any(value: &Value, path: &[String], test: &dyn Fn(&Value) -> bool) -> bool {
    match (path.split_first(), value) {
        (None, _) => test(value),
        (Some(_), Value::Array(items)) => items.iter().any(|item| any(item, path, test)),
        (Some((name, rest)), _) => value.get(name).is_some_and(|value| any(value, rest, test)),
    }
}

/// A value of a query in every type that a field may have.
#[derive(Debug)]
pub(super) struct Literal {
    text: String,
    lowercase: String,
    number: Option<f64>,
    boolean: Option<bool>,
}

impl Literal {
    fn new(text: String) -> Self {
        Self { lowercase: text.to_lowercase(), number: text.parse().ok(), boolean: text.parse().ok(), text }
    }

    /// One matching item of an array is enough.
    fn matches(&self, comparison: Comparison, found: &Value) -> bool {
        let order = match found {
            Value::Array(items) => return items.iter().any(|item| self.matches(comparison, item)),
            Value::String(text) if comparison == Comparison::Like => {
                return text.to_lowercase().contains(&self.lowercase);
            }
            Value::String(text) => Some(text.as_str().cmp(&self.text)),
            Value::Number(number) => number.as_f64().and_then(|found| found.partial_cmp(&self.number?)),
            Value::Bool(found) => self.boolean.map(|value| found.cmp(&value)),
            Value::Null => (self.text == "null").then_some(Ordering::Equal),
            Value::Object(_) => None,
        };
        order.is_some_and(|order| match comparison {
            Comparison::Equal => order.is_eq(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
            Comparison::NotEqual | Comparison::Like => false,
        })
    }
}

/// The values of `in` and `out`.
#[derive(Debug)]
pub(super) struct Set {
    texts: BTreeSet<String>,
    others: Vec<Literal>,
}

impl Set {
    fn new(values: Vec<String>) -> Self {
        let texts: BTreeSet<String> = values.into_iter().collect();
        Self { others: texts.iter().cloned().map(Literal::new).collect(), texts }
    }

    fn has(&self, found: &Value) -> bool {
        match found {
            Value::String(text) => self.texts.contains(text),
            Value::Array(items) => items.iter().any(|item| self.has(item)),
            other => self.others.iter().any(|literal| literal.matches(Comparison::Equal, other)),
        }
    }
}
