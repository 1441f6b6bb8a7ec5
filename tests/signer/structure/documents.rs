//! The documents: links lead somewhere, README is short, and words are the ones that readers know.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::support::skip;

/// The documents in Markdown that people read. `vectors/README.md` and others in folders are found by `below`.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [".", "docs", "deploy", "tests", "vectors", "examples"] {
        below(Path::new(folder), folder != ".", &["md"], &mut found);
    }
    found.sort();
    assert!(found.len() > 10, "{found:?}");
    found
}

/// Adds the files of a folder that have one of these extensions.
fn below(folder: &Path, is_deep: bool, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if is_deep && name != "target" && name != "node_modules" {
                below(&path, true, extensions, found);
            }
        } else if extensions
            .iter()
            .any(|end| name.ends_with(&format!(".{end}")))
        {
            found.push(path);
        }
    }
}

/// The lines outside of code blocks.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    text.lines().enumerate().filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence && !line.starts_with("    ")
    })
}

/// The anchor of a heading, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading
        .trim()
        .chars()
        .filter_map(|character| match character {
            ' ' => Some('-'),
            '-' | '_' => Some(character),
            _ if character.is_alphanumeric() => Some(character.to_ascii_lowercase()),
            _ => None,
        });
    kept.collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    if !Path::new("deploy").is_dir() || !Path::new(".ci").is_dir() {
        skip("the links of the documents, which need the whole repository");
        return;
    }
    let mut broken = Vec::new();
    let mut links = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for (number, line) in prose(&text) {
            for (_, rest) in line
                .match_indices("](")
                .map(|(at, _)| line.split_at(at + 2))
            {
                let target = rest.split(')').next().unwrap();
                if target.contains("://") || target.starts_with("mailto:") {
                    continue;
                }
                links += 1;
                let (path, heading) = target.split_once('#').unwrap_or((target, ""));
                let path = match path {
                    "" => document.clone(),
                    path => document.parent().unwrap().join(path),
                };
                let has_heading = || {
                    let text = fs::read_to_string(&path).unwrap();
                    prose(&text).any(|(_, line)| {
                        line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading
                    })
                };
                if !path.exists() || !heading.is_empty() && !has_heading() {
                    broken.push(format!("{}:{}: {target}", document.display(), number + 1));
                }
            }
        }
    }
    assert!(links > 30, "{links}");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn readme_is_short() {
    let text = fs::read_to_string("README.md").unwrap();
    assert!(text.lines().count() <= 200, "{}", text.lines().count());
    let mut tables = text.lines().filter(|line| line.starts_with('|'));
    assert_eq!(tables.find(|line| line.chars().count() > 160), None);
}

/// Words that do not occur, and what to write instead. A `*` is any ending.
const WORDS: &[(&str, &str)] = &[
    ("look-alike*", "mock, local mock"),
    ("octet*", "byte"),
    ("authority", "CA"),
    ("authorities", "CA certificates"),
    ("heed*", "respect"),
    ("unless told", "by default"),
    ("whoever", "anyone who; a client that"),
    ("newly", "again"),
    ("again and again", "repeatedly"),
    ("mend*", "fix"),
    ("more ado", "without a flag"),
    ("so many", "at most, up to"),
    ("of its own", "its own; separate"),
    ("stands in", "is in"),
    ("what stands", "what is"),
    ("as it stands", "as it is"),
    ("wish*", "want, request"),
    ("is no", "is not a"),
    ("are no", "are not"),
];

/// Where a word is right: the word, the file (or any), the words before or after it (or any), and why.
const EXCEPTIONS: &[(&str, &str, &str, &str)] = &[
    (
        "octet*",
        "",
        "application octet-stream",
        "the name of a media type",
    ),
    ("octet*", "CHANGELOG.md", "", "the old name of a method"),
    (
        "octet*",
        "vectors/README.md",
        "input octets",
        "a key of the files",
    ),
    (
        "is no",
        "",
        "there is no",
        "says that something does not exist",
    ),
    (
        "are no",
        "",
        "there are no",
        "says that something does not exist",
    ),
    ("is no", "", "is no longer", "a comparison"),
    ("is no", "", "is no wider", "a comparison"),
    ("is no", "", "is no std", "`no_std`"),
    (
        "authority",
        "src/",
        "",
        "the part of a URI with this name (RFC 3986 §3.2)",
    ),
];

/// Words in lower case and punctuation, each with its line. Line ends are left out, so that a phrase may have one.
fn words(text: &str) -> Vec<(usize, String)> {
    let lines = text.lines().enumerate();
    let words = lines.flat_map(|(number, line)| {
        let is_part = |character: char| character.is_alphanumeric() || character == '-';
        line.split_inclusive(move |character| !is_part(character))
            .flat_map(move |word| {
                let word = word.trim_end_matches(char::is_whitespace);
                let end = word.trim_end_matches(|character| !is_part(character)).len();
                let (word, punctuation) = word.split_at(end);
                [word, punctuation]
            })
            .filter(|word| {
                word.chars()
                    .any(|character| character.is_alphanumeric() || ".,;:|".contains(character))
            })
            .map(move |word| (number + 1, word.to_lowercase()))
    });
    words.collect()
}

/// Whether the words begin with a phrase.
fn begin_with(words: &[(usize, String)], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|expected| {
        words.next().is_some_and(|(_, word)| {
            let prefix = expected.strip_suffix('*');
            prefix.map_or(word == expected, |prefix| word.starts_with(prefix))
        })
    })
}

fn is_exception(file: &str, words: &[(usize, String)], at: usize, phrase: &str) -> bool {
    EXCEPTIONS.iter().any(|(word, place, context, _)| {
        let is_near = || (at.saturating_sub(2)..=at).any(|at| begin_with(&words[at..], context));
        *word == phrase && file.starts_with(place) && (context.is_empty() || is_near())
    })
}

#[test]
fn words_are_those_of_the_field() {
    let mut files = documents();
    for folder in ["src", "examples"] {
        below(Path::new(folder), true, &["rs", "js", "html"], &mut files);
    }
    let mut found = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let name = name.strip_prefix("./").unwrap_or(&name);
        let words = words(&fs::read_to_string(&file).unwrap());
        for at in 0..words.len() {
            for (phrase, instead) in WORDS {
                if begin_with(&words[at..], phrase) && !is_exception(name, &words, at, phrase) {
                    let line = words[at].0;
                    found.push(format!("{name}:{line}: {phrase}: write {instead}"));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
