//! RQL: the builder compared with Extra Horizon's own SDK, and text of users.

use std::path::Path;

use exh_oauth1::client::{Rql, RqlError, RqlProblem};
use serde::Deserialize;

use crate::support::vectors;

/// Calls of the SDK's builder, and its output.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    #[expect(dead_code, reason = "for people")]
    comment: String,
    flags: Vec<String>,
    calls: Vec<Call>,
    build: String,
    intermediate: String,
}

/// A call of the builder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    verb: String,
    #[serde(default)]
    field: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    values: Vec<String>,
    #[serde(default)]
    conditions: Vec<Vec<Self>>,
    #[serde(default)]
    limit: u64,
    #[serde(default)]
    offset: u64,
}

fn rows() -> Vec<Row> {
    vectors::read(Path::new("vectors/rql.json"), |row: &Row| &row.flags).tests
}

/// Makes the same calls of our builder.
fn build(calls: &[Call]) -> Rql {
    calls.iter().fold(Rql::new(), |rql, call| {
        let (field, value, values) = (&call.field, &call.value, &call.values);
        let conditions = call.conditions.iter().map(|calls| build(calls));
        match call.verb.as_str() {
            "select" => rql.select(&call.fields),
            "sort" => rql.sort(&call.fields),
            "limit" if call.offset == 0 => rql.limit(call.limit),
            "limit" => rql.limit_from(call.limit, call.offset),
            "in" => rql.is_in(field, values),
            "out" => rql.out(field, values),
            "eq" => rql.eq(field, value),
            "ne" => rql.ne(field, value),
            "lt" => rql.lt(field, value),
            "le" => rql.le(field, value),
            "gt" => rql.gt(field, value),
            "ge" => rql.ge(field, value),
            "like" => rql.like(field, value),
            "contains" => rql.contains(field, conditions),
            "excludes" => rql.excludes(field, conditions),
            "and" => rql.and(conditions),
            "or" => rql.or(conditions),
            "skipCount" => rql.skip_count(),
            other => panic!("{other}"),
        }
    })
}

#[test]
fn the_builder_writes_what_the_sdk_writes() {
    let rows = rows();
    assert!(rows.len() >= 632);
    for row in &rows {
        let rql = build(&row.calls);
        assert_eq!(rql.to_string(), row.build.strip_prefix('?').unwrap_or(&row.build), "{}", row.id);
        assert_eq!(rql.is_empty(), row.build.is_empty(), "{}", row.id);
        // The only condition of a call needs no `and`.
        let nested = Rql::new().or([rql]).to_string();
        assert_eq!(nested, format!("or({})", row.intermediate), "{}", row.id);
    }
}

#[test]
fn numbers_are_values() {
    let rql = Rql::new().gt("age", 40).lt("score", -1.5).eq("active", true);
    assert_eq!(rql.to_string(), "gt(age,40)&lt(score,%252D1%252E5)&eq(active,true)");
}

#[test]
fn a_field_cannot_end_its_call() {
    let rql = Rql::new().eq("a),or(b[0]", "c").select(["d&e", "f.g"]);
    let text = rql.to_string();
    assert_eq!(text, "eq(a%2529%252Cor%2528b%255B0%255D,c)&select(d%2526e,f.g)");
}

/// A value in double quotes.
fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The text of a user for the same calls, as conditions or not.
fn written(calls: &[Call]) -> Vec<String> {
    let written_call = |call: &Call| {
        let conditions = call.conditions.iter().map(|calls| {
            let mut calls = written(calls);
            match calls.len() {
                1 => calls.remove(0),
                _ => format!("and({})", calls.join(", ")),
            }
        });
        let conditions: Vec<_> = conditions.collect();
        let arguments = match call.verb.as_str() {
            "select" | "sort" => call.fields.clone(),
            "limit" => vec![call.limit.to_string(), call.offset.to_string()],
            "and" | "or" => conditions,
            "skipCount" => Vec::new(),
            "contains" | "excludes" if conditions.is_empty() => vec![call.field.clone()],
            "contains" | "excludes" => {
                let all = format!("and({})", conditions.join(" ,"));
                vec![call.field.clone(), all]
            }
            "in" | "out" => {
                let values = call.values.iter().map(|value| quoted(value));
                [call.field.clone()].into_iter().chain(values).collect()
            }
            _ => vec![call.field.clone(), quoted(&call.value)],
        };
        format!("{}({})", call.verb, arguments.join(", "))
    };
    calls.iter().map(written_call).collect()
}

#[test]
fn what_users_write_becomes_what_the_sdk_writes() {
    let mut seen = 0;
    for row in rows() {
        // Empty lists cannot be written.
        if ["rql-in-none", "rql-out-none", "rql-and-none", "rql-or-none"].contains(&&*row.id)
            || ["rql-nothing", "rql-limit-again"].contains(&&*row.id)
        {
            continue;
        }
        let text = written(&row.calls).join(" & ");
        let rql: Rql = text.parse().unwrap_or_else(|error| panic!("{}: {text}: {error}", row.id));
        assert_eq!(format!("?{rql}"), row.build, "{}: {text}", row.id);
        seen += 1;
    }
    assert!(seen >= 626, "{seen}");
}

#[test]
fn plain_text_is_read_literally() {
    for (text, expected) in [
        ("eq(email,zoë@example.com)&limit(10)", Rql::new().eq("email", "zoë@example.com").limit(10)),
        ("?eq(a, b c ) & limit( 10 , 20 )", Rql::new().eq("a", "b c").limit_from(10, 20)),
        ("eq(a,)", Rql::new().eq("a", "")),
        ("in(a,,)", Rql::new().is_in("a", ["", ""])),
        ("eq(a,R&D \"x\" 100%)", Rql::new().eq("a", "R&D \"x\" 100%")),
        (r#"eq(a," \"b\" \\ \n ")"#, Rql::new().eq("a", r#" "b" \ \n "#)),
        ("eq(a,b|c)", Rql::new().eq("a", "b|c")),
        ("sort(-a,+b,c)", Rql::new().sort(["-a", "+b", "c"])),
        ("skipCount()", Rql::new().skip_count()),
    ] {
        assert_eq!(text.parse().as_ref(), Ok(&expected), "{text}");
    }
    // A condition may be a value, which the SDK's builder does not support. It stays as it is written.
    for text in ["contains(tags,urgent)", "contains(a,eq(b,c))", "or(eq(a,b))"] {
        assert_eq!(text.parse::<Rql>().unwrap().to_string(), text);
    }
}

#[test]
fn invalid_rql_is_reported_with_its_position() {
    use RqlProblem as P;
    let verb = |word: &str| P::Verb(word.to_owned());
    for (text, character, problem) in [
        ("", 1, P::NoVerb),
        ("  ", 3, P::NoVerb),
        ("?", 2, P::NoVerb),
        ("eq(a,b)&", 9, P::NoVerb),
        ("eq(a,b)&&eq(a,b)", 9, P::NoVerb),
        ("(a)", 1, P::NoVerb),
        ("eq", 1, verb("eq")),
        ("eq,a", 1, verb("eq")),
        ("name=zoë", 1, verb("name=zoë")),
        ("equals(a,b)", 1, verb("equals")),
        ("EQ(a,b)", 1, verb("EQ")),
        ("and(eq(a,b),is(a,b))", 13, verb("is")),
        ("eq(a)", 5, P::Arguments("eq(FIELD,VALUE)")),
        ("eq()", 4, P::Arguments("eq(FIELD,VALUE)")),
        ("eq(ë,b,c)", 8, P::Arguments("eq(FIELD,VALUE)")),
        ("in(a)", 5, P::Arguments("in(FIELD,VALUE,...)")),
        ("select()", 8, P::Arguments("select(FIELD,...)")),
        ("skipCount(a)", 11, P::Arguments("skipCount()")),
        ("or()", 4, P::Arguments("or(CONDITION,...)")),
        ("eq(,b)", 4, P::Field),
        ("sort(a,-)", 8, P::Field),
        ("select(a,)", 10, P::Field),
        ("limit(ten)", 7, P::Number),
        ("limit(-1)", 7, P::Number),
        ("limit(+1)", 7, P::Number),
        ("limit(1,)", 9, P::Number),
        ("limit(1.5)", 7, P::Number),
        ("limit(99999999999999999999)", 7, P::Number),
        ("and(a)", 5, P::Condition),
        ("or(eq(a,b),\"c\")", 12, P::Condition),
        ("eq(a,b(c))", 7, P::Parenthesis),
        ("eq(a,b&limit(5)", 13, P::Parenthesis),
        ("eq(f(a),b)", 5, P::Parenthesis),
        ("contains(f(a),b)", 11, P::Parenthesis),
        ("eq(a,b", 3, P::Unclosed),
        ("eq(a", 3, P::Unclosed),
        ("eq(", 3, P::Unclosed),
        ("and(eq(a,b)", 4, P::Unclosed),
        ("eq(a,\"b", 6, P::UnclosedQuote),
        ("eq(a,\"b\\\")", 6, P::UnclosedQuote),
        ("eq(a,\"b\"c)", 9, P::AfterQuote),
        ("eq(a,b))", 8, P::AfterCall),
        ("eq(a,b)|eq(a,c)", 8, P::AfterCall),
        ("eq(ë,b) eq(a,c)", 9, P::AfterCall),
        ("and(eq(a,b)&eq(a,c))", 12, P::AfterCall),
        ("limit(1)&limit(2)", 10, P::SecondLimit),
        ("and(eq(a,b),limit(1))", 13, P::Nested),
    ] {
        let expected = RqlError { character, problem };
        assert_eq!(text.parse::<Rql>(), Err(expected), "{text}");
    }
    // At any depth, and without a stack overflow.
    let deep = "and(".repeat(100_000);
    assert!(matches!(deep.parse::<Rql>(), Err(RqlError { problem: P::Depth, .. })));
}

#[test]
fn the_error_says_what_to_write() {
    for (text, expected) in [
        ("EQ(a,b)", "at character 1: not a verb of RQL; write eq"),
        ("skip_count()", "at character 1: not a verb of RQL; write skipCount"),
        ("eq", "at character 1: no parenthesis after eq; write eq(FIELD,VALUE)"),
        ("eq(a,b,c)", "at character 8: write eq(FIELD,VALUE), and a value with a comma in double quotes"),
    ] {
        assert_eq!(text.parse::<Rql>().unwrap_err().to_string(), expected);
    }
    let unknown = "x(a)".parse::<Rql>().unwrap_err().to_string();
    assert!(unknown.contains("like, contains") && unknown.ends_with(", skipCount"), "{unknown}");
}

#[test]
fn no_text_breaks_the_parser() {
    const WORDS: [&str; 14] = ["eq", "and", "contains", "limit", "(", ")", ",", "&", "\"", "\\", "ë", " ", "-", "1"];
    let mut texts = vec![String::new()];
    let mut queries = 0;
    for _ in 0..4 {
        texts = texts.iter().flat_map(|text| WORDS.map(|word| format!("{text}{word}"))).collect();
        for text in texts.iter().flat_map(|text| [text.clone(), format!("eq(a{text}")]) {
            match text.parse::<Rql>() {
                // A parsed query can be sent, and parsed again.
                Ok(rql) => {
                    let text = rql.to_string();
                    assert!(text.is_ascii() && !text.contains([' ', '"', '\\']), "{text}");
                    assert!(text.replace("%25", "").parse::<Rql>().is_ok(), "{text}");
                    queries += 1;
                }
                Err(error) => assert!((1..=text.chars().count() + 1).contains(&error.character), "{text}"),
            }
        }
    }
    assert!(queries > 100, "{queries}");
}
