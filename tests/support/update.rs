//! Rewrites transcripts, with `UPDATE=1` in the environment.
//!
//! Everything is run twice: words that differ between the two runs become `[..]`. Lines and words that still match the
//! old text keep their `[..]` and `...`.

use std::{env, fs, io::Write as _};

use super::transcript::{Difference, Printed, all_match, matches};

/// Whether to rewrite the files.
pub(crate) fn is_wanted() -> bool {
    env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// The number of runs.
pub(crate) fn runs() -> usize {
    if is_wanted() { 2 } else { 1 }
}

/// Replaces the expected output by the actual output. The differences are in the order of the file.
pub(crate) fn rewrite(file: &str, differences: &[Difference]) {
    let text = fs::read_to_string(file).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    for Difference { exchange, found } in differences.iter().rev() {
        let expected = &exchange.expected;
        let Printed { output, errors, code } = masked(found);
        let mut new = merged(&output, &expected.output);
        let errors = merged(&errors, &expected.errors).into_iter();
        new.extend(errors.map(|line| format!("! {line}").trim_end().to_owned()));
        if code != 0 {
            new.push(format!("? {code}"));
        }
        lines.splice(exchange.lines.clone(), new);
    }
    fs::write(file, lines.join("\n") + "\n").unwrap();
    let count = differences.len();
    // Written past the test harness, which hides the output of tests that pass.
    let _ = writeln!(std::io::stderr(), "updated: {file}, {count} exchanges");
}

/// The first run, with `[..]` for each word that differs in the second one.
fn masked(found: &[Printed]) -> Printed {
    let [first, second, ..] = found else {
        return found[0].clone();
    };
    let lines = |first: &[String], second: &[String]| -> Vec<String> {
        let pairs = first.iter().enumerate();
        pairs.map(|(at, line)| mask_line(line, second.get(at).unwrap_or(line))).collect()
    };
    Printed {
        output: lines(&first.output, &second.output),
        errors: lines(&first.errors, &second.errors),
        code: first.code,
    }
}

fn mask_line(first: &str, second: &str) -> String {
    let (one, other): (Vec<_>, Vec<_>) = (first.split(' ').collect(), second.split(' ').collect());
    if one.len() != other.len() {
        return first.to_owned();
    }
    let words = one.iter().zip(&other);
    let words: Vec<_> = words.map(|(one, other)| mask_word(one, other)).collect();
    words.join(" ")
}

/// Keeps the common start and end of two words, up to a character that is not part of a name or number.
fn mask_word(first: &str, second: &str) -> String {
    if first == second {
        return first.to_owned();
    }
    let is_edge = |character: char| !character.is_alphanumeric();
    let common = first.chars().zip(second.chars());
    let prefix: String = common.take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    // A percent-encoded character is one edge: the digits after `%` belong to it.
    let edge = |at| at + if prefix[at..].starts_with('%') { 3 } else { 1 };
    let prefix = &prefix[..prefix.rfind(is_edge).map_or(0, edge).min(prefix.len())];
    let (first, second) = (&first[prefix.len()..], &second[prefix.len()..]);
    let common = first.chars().rev().zip(second.chars().rev());
    let suffix: String = common.take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let suffix: String = suffix.chars().rev().collect();
    let suffix = suffix.find(is_edge).map_or("", |at| &suffix[at..]);
    format!("{prefix}[..]{suffix}")
}

/// The actual lines, with the old lines in place of those that they match.
fn merged(found: &[String], expected: &[String]) -> Vec<String> {
    if all_match(found, expected) {
        return expected.to_vec();
    }
    let new = align(found, expected, "...", &|line, old| {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let new = align(&words(line), &words(old), "[..]", &|word, _| word.to_owned());
        let new = new.join(" ");
        if matches(line, &new) { new } else { line.to_owned() }
    });
    // Alignment is by the fewest changes, which can leave a `...` in the wrong place.
    if all_match(found, &new) { new } else { found.to_vec() }
}

/// Aligns two lists with the fewest changes. `gap` in `expected` matches any number of items. `replaced` makes the new
/// item where two items do not match.
fn align(found: &[String], expected: &[String], gap: &str, replaced: &dyn Fn(&str, &str) -> String) -> Vec<String> {
    // The fewest changes from `found[at..]` and `expected[old..]` to the end.
    let mut cost = vec![vec![0; expected.len() + 1]; found.len() + 1];
    for at in (0..=found.len()).rev() {
        for old in (0..=expected.len()).rev() {
            let is_gap = expected.get(old).is_some_and(|item| item == gap);
            let is_same = at < found.len() && old < expected.len() && matches(&found[at], &expected[old]);
            let mut best = usize::MAX;
            if at == found.len() && old == expected.len() {
                best = 0;
            }
            if at < found.len() {
                best = best.min(cost[at + 1][old] + usize::from(!is_gap) * 2);
            }
            if old < expected.len() {
                best = best.min(cost[at][old + 1] + usize::from(!is_gap) * 2);
            }
            if at < found.len() && old < expected.len() && !is_gap {
                best = best.min(cost[at + 1][old + 1] + usize::from(!is_same) * 3);
            }
            cost[at][old] = best;
        }
    }
    let (mut at, mut old) = (0, 0);
    let mut new: Vec<String> = Vec::new();
    while at < found.len() || old < expected.len() {
        let is_gap = expected.get(old).is_some_and(|item| item == gap);
        if at < found.len() && old < expected.len() && !is_gap {
            let is_same = matches(&found[at], &expected[old]);
            if cost[at][old] == cost[at + 1][old + 1] + usize::from(!is_same) * 3 {
                new.push(if is_same { expected[old].clone() } else { replaced(&found[at], &expected[old]) });
                (at, old) = (at + 1, old + 1);
                continue;
            }
        }
        if old < expected.len() && cost[at][old] == cost[at][old + 1] + usize::from(!is_gap) * 2 {
            if is_gap {
                new.push(gap.to_owned());
            }
            old += 1;
        } else {
            if !is_gap {
                new.push(found[at].clone());
            }
            at += 1;
        }
    }
    new
}
