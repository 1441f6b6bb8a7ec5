//! Documents: links resolve, README is short, and the glossary is respected.

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

/// Folders of what is built or installed, which is not in the repository.
const BUILT: &[&str] = &["node_modules", "out", "target"];

/// Adds the files of a folder that have one of these extensions. An empty one is that of scripts.
fn below(folder: &Path, is_deep: bool, extensions: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            if is_deep && !BUILT.contains(&name) {
                below(&path, true, extensions, found);
            }
        } else if extensions.contains(&path.extension().map_or("", |end| end.to_str().unwrap())) {
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
    let kept = heading.trim().chars().filter_map(|character| match character {
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
            for (_, rest) in line.match_indices("](").map(|(at, _)| line.split_at(at + 2)) {
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
                    prose(&text)
                        .any(|(_, line)| line.starts_with('#') && anchor(line.trim_start_matches('#')) == heading)
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

/// Where words are checked, in addition to the documents.
const FOLDERS: &[&str] = &[".ci", ".github", "benches", "deploy", "examples", "fuzz", "src", "tests", "web"];
const EXTENSIONS: &[&str] = &["", "c", "css", "html", "js", "mjs", "py", "rs", "sh", "toml", "txt", "yaml", "yml"];

/// Words that do not occur, and what to write instead. A `*` is any ending. Some words are wrong in one meaning only,
/// such as "before" for "in front of": no list can tell.
const WORDS: &[(&str, &str)] = &[
    ("look-alike*", "mock, local mock"),
    ("answer*", "response, respond"),
    ("head", "headers"),
    ("heads", "headers"),
    ("octet*", "byte"),
    ("authority", "CA"),
    ("authorities", "CA certificates"),
    ("roots", "CA certificates"),
    ("refusal*", "error response, rejection"),
    ("refused by the API", "rejected by the API"),
    ("the API refuse*", "the API rejects"),
    ("is taken", "is accepted"),
    ("are taken", "are accepted"),
    ("heed*", "respect"),
    ("unless told", "by default"),
    ("goes before", "takes precedence over"),
    ("comes before", "takes precedence over"),
    ("again and again", "repeatedly"),
    ("made again", "retried"),
    ("newly", "again"),
    ("mend*", "fix"),
    ("behind", "after"),
    ("whoever", "anyone who; a client that"),
    ("who reads it", "a reader"),
    ("is no", "is not a"),
    ("are no", "are not"),
    ("so many", "at most, up to"),
    ("as many as", "at most, up to"),
    ("has to be", "must be"),
    ("have to be", "must be"),
    ("is to be", "must be"),
    ("are to be", "must be"),
    ("for long", "for years"),
    ("more ado", "without a flag"),
    ("of its own", "its own; separate"),
    ("for all of them", "all of them share"),
    ("the same for all", "all of them share"),
    ("stands in", "is in"),
    ("what stands", "what is"),
    ("as it stands", "as it is"),
    ("as they stand", "as they are"),
    ("beside", "next to; in addition to"),
    ("wish*", "want, request"),
    ("says nothing", "does not say"),
    ("say nothing", "do not say"),
    ("word of the", "message of the"),
];

/// Where a word is right: the words, the files that begin so (or any), the words next to it (or any), and why.
const EXCEPTIONS: &[(&[&str], &[&str], &str, &str)] = &[
    (
        &["answer*"],
        &["docs/explain.md", "src/explain/", "src/page/", "src/sandbox/page/", "tests/explain/", "tests/page/", "web/"],
        "",
        "what explain finds out",
    ),
    (&["refusal*"], &["src/explain/"], "", "of a signature"),
    (&["comes before"], &["src/explain/"], "", "an order of characters"),
    (&["answer*", "head", "octet*", "roots"], &["CHANGELOG.md"], "", "old names"),
    (&["head"], &[], "head -*", "the command of Unix"),
    (&["head"], &[], "exh-oauth1 head", "our command"),
    (&["head"], &[], ", head ,", "a list of our commands"),
    (&["head"], &[], "| head |", "a list of our commands"),
    (&["head"], &[], "fn head", "the method of the client"),
    (&["head"], &[], "head request", "our command"),
    (&["head"], &["web/", "src/page/", "src/sandbox/page/"], "", "an element of HTML"),
    (&["head"], &["src/explain/readers/curl"], "", "an option of curl"),
    (&["behind"], &[], "behind a reverse proxy", "the usual term"),
    (&["behind"], &[], "s behind", "a clock"),
    (&["behind"], &[], "behind the server", "a clock"),
    (&["behind"], &[], "behind the clock", "a clock"),
    (&["behind"], &[], "clock is behind", "a clock"),
    (&["behind"], &[], "else behind", "a clock"),
    (&["behind"], &["src/bin/exh-oauth1/commands/doctor/", "src/explain/inspect.rs"], "", "a clock"),
    (&["roots"], &["src/client/agent/certificates.rs"], "", "names of rustls"),
    (&["octet*"], &[], "octet-stream", "a media type"),
    (&["octet*"], &[], "input octets", "a key of the vectors"),
    (&["is no", "are no"], &[], "there", "something does not exist"),
    (&["is no"], &[], "is no longer", "a comparison"),
    (&["is no"], &[], "is no wider", "a comparison"),
    (&["is no"], &[], "is no std", "`no_std`"),
    (&["is taken", "are taken"], &[], "taken from", "a source"),
    (&["authority"], &["src/", "tests/explain/", "tests/signer/naive/"], "", "the part of a URI (RFC 3986 §3.2)"),
];

/// Words in lower case and punctuation, each with its line; names in capitals such as `HEAD` stay. Line ends are left
/// out, so that a phrase may have one.
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
            .filter(|word| word.chars().any(|character| character.is_alphanumeric() || ".,;:|".contains(character)))
            .map(move |word| match word.chars().any(char::is_lowercase) {
                true => (number + 1, word.to_lowercase()),
                false => (number + 1, word.to_owned()),
            })
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
    EXCEPTIONS.iter().any(|(phrases, files, context, _)| {
        let is_near = |at: usize| begin_with(&words[at..], context);
        phrases.contains(&phrase)
            && (files.is_empty() || files.iter().any(|start| file.starts_with(start)))
            && (context.is_empty() || (at.saturating_sub(2)..=at + 1).any(is_near))
    })
}

#[test]
fn words_are_those_of_the_field() {
    let mut files = documents();
    for folder in FOLDERS {
        below(Path::new(folder), true, EXTENSIONS, &mut files);
    }
    below(Path::new("."), false, EXTENSIONS, &mut files);
    files.retain(|file| !file.ends_with("structure/documents.rs"));
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
