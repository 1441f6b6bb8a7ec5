//! RQL: the builder against Extra Horizon's own SDK, and what users write.
#![cfg(feature = "client")]

use std::path::Path;

use exh_oauth1::client::Rql;
use serde::Deserialize;

#[expect(dead_code, reason = "other tests use more of it")]
#[path = "support/vectors.rs"]
mod vectors;

/// What the SDK was told, and what it made of it.
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

/// Tells our builder the same.
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
        assert_eq!(
            rql.to_string(),
            row.build.strip_prefix('?').unwrap_or(&row.build),
            "{}",
            row.id
        );
        assert_eq!(rql.is_empty(), row.build.is_empty(), "{}", row.id);
        // A condition stands alone where it is one call's only one.
        let nested = Rql::new().or([rql]).to_string();
        assert_eq!(nested, format!("or({})", row.intermediate), "{}", row.id);
    }
}

#[test]
fn numbers_are_values() {
    let rql = Rql::new()
        .gt("age", 40)
        .lt("score", -1.5)
        .eq("active", true);
    assert_eq!(
        rql.to_string(),
        "gt(age,40)&lt(score,%252D1%252E5)&eq(active,true)"
    );
}

#[test]
fn a_field_cannot_end_its_call() {
    let rql = Rql::new().eq("a),or(b[0]", "c").select(["d&e", "f.g"]);
    let text = rql.to_string();
    assert_eq!(
        text,
        "eq(a%2529%252Cor%2528b%255B0%255D,c)&select(d%2526e,f.g)"
    );
}
